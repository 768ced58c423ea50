import { describe, expect, it } from 'vitest';
import { eventTypes } from '../../../src/knowledge/events/index.ts';
import type { WatchEvent } from '../../../src/model/watch.ts';
import { countsOf, METRICS, type MetricSpec, namedTypes } from '../../../src/reason/watch/metrics.ts';

const HOSTILE = 'mallory{}"\n\\ 203.0.113.9';
const event = (type: string, more: Partial<WatchEvent> = {}): WatchEvent => ({
  id: 'x',
  at: 0,
  host: 'web1',
  type,
  outcome: 'refused',
  ...more,
});
const ports = new Set(['22']);

describe('the metrics of an event', () => {
  it('names only types that the table of events has', () => {
    const known = new Set(eventTypes.map(({ id }) => id));
    expect(namedTypes.filter((id) => !known.has(id))).toEqual([]);
  });

  it('gives every type a metric, and every label a value from the lists, whatever the message named', () => {
    const hostile = {
      host: HOSTILE,
      user: HOSTILE,
      from: HOSTILE,
      method: HOSTILE,
      key: HOSTILE,
      jail: HOSTILE,
      detail: HOSTILE,
      file: HOSTILE,
    };
    for (const type of [...eventTypes.map(({ id }) => id), HOSTILE]) {
      const counts = countsOf(event(type, { ...hostile, port: '22', outcome: HOSTILE }), ports);
      expect(counts.length).toBeGreaterThan(0);
      for (const { metric, labels } of counts) {
        expect(JSON.stringify(labels)).not.toContain('mallory');
        const spec: MetricSpec = METRICS[metric];
        if (spec.labels === undefined) continue;
        expect(Object.keys(labels)).toEqual(Object.keys(spec.labels));
        for (const [name, value] of Object.entries(labels)) expect(spec.labels[name]).toContain(value);
      }
    }
  });

  it('tells attempts by outcome and method', () => {
    const attempt = (type: string, method?: string) =>
      countsOf(event(type, method === undefined ? {} : { method }), ports).find(
        ({ metric }) => metric === 'sshd_auth_attempts_total',
      )?.labels;
    expect(attempt('sshd/accepted', 'keyboard-interactive/pam')).toEqual({
      outcome: 'accepted',
      method: 'keyboard-interactive',
    });
    expect(attempt('sshd/accepted', 'gssapi-with-mic')).toEqual({ outcome: 'accepted', method: 'gssapi' });
    expect(attempt('sshd/failed-password')).toEqual({ outcome: 'failed', method: 'password' });
    expect(attempt('sshd/failed-invalid-user', 'password')).toEqual({ outcome: 'invalid_user', method: 'password' });
    expect(attempt('sshd/invalid-user')).toBeUndefined();
  });

  it('counts packets that a firewall dropped only for the port of sshd', () => {
    const dropped = (port: string) =>
      countsOf(event('kernel/ufw-block', { port }), ports).some(
        ({ metric }) => metric === 'sshd_connections_dropped_total',
      );
    expect(dropped('22')).toBe(true);
    expect(dropped('445')).toBe(false);
  });

  it('does not count a ban twice that is put back after a restart', () => {
    const bans = (type: string) => countsOf(event(type), ports).filter(({ metric }) => metric === 'sshd_bans_total');
    expect(bans('fail2ban/ban')).toHaveLength(1);
    expect(bans('fail2ban/ban-restored')).toHaveLength(0);
  });
});
