import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { alertingRules, alertsSchema } from '../../src/app/watch-alerts-config.ts';
import { silencesSchema } from '../../src/app/watch-silences-config.ts';

const channels = (...all: object[]) => alertsSchema.safeParse({ channels: all });
const says = (read: ReturnType<typeof channels>) =>
  read.success ? '' : read.error.issues.map(({ path: at, message }) => `${at.join('.')}: ${message}`).join('; ');
const mail = { kind: 'email', host: 'mail.example.com', from: 'a@example.com', to: ['b@example.com'] };

describe('the section alerts', () => {
  it('is what the guide shows', () => {
    const guide = readFileSync(path.join(import.meta.dirname, '../../docs/guides/alerts.md'), 'utf8');
    const examples = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(
      ([, text = '']) => parse(text) as Record<string, unknown>,
    );
    expect(examples.length).toBeGreaterThanOrEqual(8);
    const kinds = new Set<string>();
    for (const { alerts, silences, ...more } of examples) {
      expect(more).toEqual({});
      for (const { kind } of alertsSchema.parse(alerts ?? {}).channels) kinds.add(kind);
      expect(() => silencesSchema.parse(silences)).not.toThrow();
    }
    expect([...kinds].sort()).toEqual(['command', 'desktop', 'email', 'slack', 'syslog', 'webhook']);
  });

  it('comes to rules', () => {
    const alerts = alertsSchema.parse({
      channels: [
        { kind: 'desktop' },
        { kind: 'desktop', name: 'b', minimum: 'page', ends: false, limit: { count: 2, every: '1h' } },
      ],
    });
    const silences = silencesSchema.parse([
      { reason: 'work', weekly: { days: ['sat'], from: '22:30', to: '24:00' }, users: ['backup'] },
      { reason: 'move', from: '2026-12-01T20:00:00+01:00', to: '2026-12-01T22:00:00Z', urgentAnyway: true },
    ]);
    expect(alertingRules(alerts, silences, 'Europe/Berlin')).toEqual({
      growEveryMs: 3_600_000,
      channels: [
        { name: 'desktop', minimum: 'notice', ends: true, limit: { count: 10, perMs: 600_000 } },
        { name: 'b', minimum: 'page', ends: false, limit: { count: 2, perMs: 3_600_000 } },
      ],
      silences: [
        { reason: 'work', users: ['backup'], when: { days: ['sat'], from: 1350, to: 0, zone: 'Europe/Berlin' } },
        {
          reason: 'move',
          urgentAnyway: true,
          when: { from: Date.UTC(2026, 11, 1, 19), to: Date.UTC(2026, 11, 1, 22) },
        },
      ],
    });
  });

  it.each([
    [{ kind: 'webhook', url: 'http://hooks.example.com/' }, /has to begin with https/],
    [{ kind: 'webhook', url: 'http://127.0.0.1.example.com/' }, /has to begin with https/],
    [{ kind: 'webhook', url: 'https://u:p@hooks.example.com/' }, /must not hold a password/],
    [{ kind: 'webhook', url: 'ftp://hooks.example.com/' }, /has to begin with https/],
    [{ kind: 'webhook', url: 'https://a/', secret: 'hunter2' }, /say env:NAME or file:\/PATH/],
    [{ kind: 'webhook', url: 'https://a/', headers: { 'x\r\ny': 'z' } }, /headers/],
    [{ ...mail, password: 'hunter2' }, /say env:NAME or file:\/PATH/],
    [{ ...mail, tls: 'none' }, /only for this machine itself/],
    [{ ...mail, to: ['a@example.com\r\nBcc: x@example.com'] }, /no address of mail/],
    [{ ...mail, from: 'x\r\nBcc: y <a@example.com>' }, /no address of mail/],
    [{ ...mail, host: '-oProxyCommand=x' }, /is no host/],
    [{ kind: 'command', argv: ['notify', '-x'] }, /absolute path/],
    [{ kind: 'command', argv: '/bin/sh -c x' }, /argv/],
    [{ kind: 'desktop', limit: { count: 1, every: '0m' } }, /is no time/],
    [{ kind: 'desktop', minimum: 'note' }, /minimum/],
    [{ kind: 'desktop', colour: 'red' }, /colour/],
    [{ kind: 'pager' }, /kind/],
  ])('refuses %j', (channel, because) => {
    expect(says(channels(channel))).toMatch(because);
  });

  it('takes plain HTTP and SMTP on this machine', () => {
    for (const host of ['localhost', '127.0.0.1', '::1'])
      expect(says(channels({ ...mail, host, tls: 'none' }))).toBe('');
    for (const url of ['http://localhost:8080/x', 'http://127.8.0.1/', 'http://[::1]:80/'])
      expect(says(channels({ kind: 'webhook', url }))).toBe('');
  });

  it('wants each channel to have its own name', () => {
    expect(says(channels({ kind: 'desktop' }, { kind: 'desktop' }))).toMatch(/second channel "desktop"/);
  });
});

describe('the section silences', () => {
  const window = { days: ['sat'], from: '02:00', to: '04:00', zone: 'Europe/Berlin' };
  it.each([
    [
      { reason: 'both', from: '2026-12-01T20:00:00Z', to: '2026-12-01T21:00:00Z', weekly: window },
      /either from and to, or weekly/,
    ],
    [{ reason: 'neither' }, /either from and to, or weekly/],
    [{ reason: 'half', from: '2026-12-01T20:00:00Z' }, /either from and to, or weekly/],
    [{ reason: 'back', from: '2026-12-01T20:00:00Z', to: '2026-12-01T19:00:00Z' }, /ends before it begins/],
    [{ reason: 'local', from: '2026-12-01T20:00:00', to: '2026-12-01T21:00:00' }, /is no time/],
    [{ reason: 'zone', weekly: { ...window, zone: 'Europe/Atlantis' } }, /is no time zone/],
    [{ reason: 'clock', weekly: { ...window, to: '25:00' } }, /is no time of day/],
    [{ reason: 'sexagesimal', weekly: { ...window, to: 120 } }, /to/],
    [{ reason: 'network', weekly: window, networks: ['10.0.0.0/99'] }, /is no address or network/],
    [{ reason: 'empty', weekly: window, users: [] }, /users/],
    [{ reason: 'typo', weekly: window, user: ['x'] }, /user/],
  ])('refuses %j', (silence, because) => {
    const read = silencesSchema.safeParse([silence]);
    expect(read.success ? '' : JSON.stringify(read.error.issues)).toMatch(because);
  });
});
