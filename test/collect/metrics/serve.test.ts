import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listenWarning, type MetricsServer, parseListen, serveMetrics } from '../../../src/collect/metrics/serve.ts';
import { type Metrics, metricsSink } from '../../../src/collect/metrics/sink.ts';
import { LookError, UsageError } from '../../../src/model/errors.ts';
import type { Batch, Incident, WatchEvent } from '../../../src/model/watch.ts';

const NOW = Date.UTC(2026, 10, 25, 9, 0, 0);
const event = (type: string, outcome: string, more: Partial<WatchEvent> = {}): WatchEvent => ({
  id: `${type} ${more.pid}`,
  at: NOW - 4000,
  host: 'web1',
  type,
  outcome,
  ...more,
});
const batch = (events: readonly WatchEvent[], all = events.length, unparsed = 0): Batch => ({
  events,
  place: { source: 'journal', cursor: 'c' },
  lines: { all, unparsed, other: all - events.length - unparsed },
});
const incident = (id: string, state: Incident['state'], urgency: Incident['urgency'] = 'page'): Incident => ({
  id,
  state,
  opened: NOW,
  updated: NOW,
  urgency,
  about: {},
  title: 't',
  story: [],
  signals: [],
  causes: [],
  advice: [],
});

interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly text: string;
}
function ask(
  port: number,
  path: string,
  o: { method?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, agent: false, ...o }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    asked.on('error', reject).end();
  });
}

describe('the endpoint', () => {
  let metrics: Metrics;
  let server: MetricsServer;
  beforeAll(async () => {
    metrics = metricsSink({
      ports: ['22'],
      now: () => NOW,
      store: { size: async () => ({ events: 3, bytes: 4096 }) },
      storeLimitBytes: 8192,
    });
    server = await serveMetrics(metrics, { listen: parseListen('127.0.0.1:0') });
    await metrics.put(
      batch(
        [
          event('sshd/accepted', 'in', { method: 'publickey', from: '192.0.2.7', port: '5000', pid: 7, user: 'alice' }),
          event('sshd/failed-password', 'refused', { from: '192.0.2.8', port: '5001', pid: 8, user: 'mallory' }),
          event('fail2ban/ban', 'ban', { from: '192.0.2.8', jail: 'sshd' }),
        ],
        10,
        2,
      ),
    );
    metrics.signals([{ detector: 'spray', at: NOW, urgency: 'page', about: {}, says: 's', measure: {}, evidence: [] }]);
    await metrics.incident(incident('a', 'open'), 'opened');
    await metrics.incident(incident('b', 'open', 'note'), 'opened');
    await metrics.incident(incident('b', 'open'), 'grown');
    await metrics.incident(incident('b', 'open'), 'grown');
    await metrics.incident(incident('b', 'closed'), 'closed');
    metrics.alert('held_back', 3);
    metrics.sources([{ source: 'journal' }, { source: '/var/log/auth.log', unreadable: 'Permission denied' }]);
  });
  afterAll(() => server.close());

  it('shows what was counted', async () => {
    const { status, text, headers } = await ask(server.port, '/metrics');
    expect(status).toBe(200);
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    for (const line of [
      'sshd_auth_attempts_total{outcome="accepted",method="publickey"} 1',
      'sshd_auth_attempts_total{outcome="failed",method="password"} 1',
      'sshd_auth_attempts_total{outcome="partial",method="none"} 0',
      'sshd_bans_total{by="fail2ban"} 1',
      'sshd_sessions_active 1',
      'sshd_lines_read_total 10',
      'sshd_lines_other_total 5',
      'sshd_lines_unparsed_total 2',
      'sshwhy_events_total{type="sshd/accepted",outcome="in"} 1',
      'sshwhy_signals_total{detector="spray",urgency="page"} 1',
      'sshwhy_incidents_open{urgency="page"} 1',
      'sshwhy_incidents_total{urgency="page"} 2',
      'sshwhy_incidents_total{urgency="note"} 1',
      'sshwhy_alerts_total{result="held_back"} 3',
      'sshwhy_lag_seconds 4',
      'sshwhy_sources{state="unreadable"} 1',
      'sshwhy_store_bytes 4096',
      'sshwhy_store_limit_bytes 8192',
    ])
      expect(text.split('\n')).toContain(line);
    expect(text).not.toMatch(/alice|mallory|192\.0\.2|web1/);
  });

  it('shows the same as OpenMetrics to who asks for it', async () => {
    const { text, headers } = await ask(server.port, '/metrics', {
      headers: { accept: 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5' },
    });
    expect(headers['content-type']).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
    expect(text).toMatch(/# TYPE sshd_auth_attempts counter\n/);
    expect(text.endsWith('# EOF\n')).toBe(true);
  });

  it('says how it is', async () => {
    const { status, text } = await ask(server.port, '/healthz');
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({
      lagMs: 4000,
      lines: { read: 10, typed: 3, unparsed: 2 },
      store: { events: 3, bytes: 4096, limitBytes: 8192 },
      incidents: { page: 1, notice: 0, note: 0 },
      sources: [{ source: 'journal' }, { source: '/var/log/auth.log', unreadable: 'Permission denied' }],
    });
  });

  it('is blind when no log can be read', async () => {
    const blind = metricsSink({ ports: ['22'] });
    blind.sources([{ source: 'journal', unreadable: 'no' }]);
    const other = await serveMetrics(blind, { listen: parseListen('127.0.0.1:0') });
    expect((await ask(other.port, '/healthz')).status).toBe(503);
    await other.close();
  });

  it('answers GET and HEAD, and nothing else', async () => {
    expect(await ask(server.port, '/metrics', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
    expect((await ask(server.port, '/metrics', { method: 'POST' })).status).toBe(405);
    expect((await ask(server.port, '/../etc/passwd')).status).toBe(404);
  });

  it('does not read headers without end', async () => {
    expect((await ask(server.port, '/metrics', { headers: { 'x-a': 'a'.repeat(7000) } })).status).toBe(200);
    await expect(ask(server.port, '/metrics', { headers: { 'x-a': 'a'.repeat(9000) } })).rejects.toThrow();
  });

  it('keeps no more than sixteen connections', async () => {
    const sockets = Array.from({ length: 24 }, () => connect(server.port, '127.0.0.1').on('error', () => {}));
    await expect
      .poll(() => sockets.filter((socket) => socket.destroyed || socket.readableEnded).length, { timeout: 30_000 })
      .toBeGreaterThanOrEqual(8);
    for (const socket of sockets) socket.destroy();
    await expect
      .poll(() =>
        ask(server.port, '/healthz').then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200);
  });

  it('asks for the token where there is one', async () => {
    const guarded = await serveMetrics(metrics, {
      listen: parseListen('127.0.0.1:0'),
      token: 'correct horse'.replace(' ', '-'),
    });
    const status = async (authorization?: string) =>
      (await ask(guarded.port, '/metrics', authorization === undefined ? {} : { headers: { authorization } })).status;
    expect(await status()).toBe(401);
    expect(await status('Bearer correct-house')).toBe(401);
    expect(await status('Bearer correct-horse')).toBe(200);
    expect((await ask(guarded.port, '/healthz')).status).toBe(401);
    await guarded.close();
  });

  it('says so when the port is taken', async () => {
    const again = serveMetrics(metrics, { listen: parseListen(`127.0.0.1:${server.port}`) });
    await expect(again).rejects.toThrow(LookError);
    await expect(again).rejects.toThrow(/EADDRINUSE/);
  });
});

describe('where to listen', () => {
  it('is read, or refused', () => {
    expect(parseListen('9622')).toEqual({ host: '127.0.0.1', port: 9622, loopback: true });
    expect(parseListen('[::1]:80')).toEqual({ host: '::1', port: 80, loopback: true });
    expect(parseListen('localhost:1')).toEqual({ host: '127.0.0.1', port: 1, loopback: true });
    expect(parseListen('0.0.0.0:9622').loopback).toBe(false);
    for (const wrong of ['', 'x', 'host:99999', 'example.org:80', '::1:80', '1:2:3'])
      expect(() => parseListen(wrong)).toThrow(UsageError);
  });

  it('is warned of when it is not this machine alone', () => {
    expect(listenWarning(parseListen('9622'), undefined)).toBeUndefined();
    expect(listenWarning(parseListen('0.0.0.0:9622'), undefined)).toMatch(/token_file/);
    expect(listenWarning(parseListen('0.0.0.0:9622'), 't')).toMatch(/clear text/);
  });
});
