import { describe, expect, it } from 'vitest';
import { keyLogins, recentKeyLogins, timeOf } from '../../../src/facts/keyring/logins.ts';
import type { Bundle } from '../../../src/model/bundle.ts';
import { bundles } from '../../cause-test.ts';

const healthy = bundles('healthy').filter(([, { sections }]) =>
  /Accepted publickey/.test(sections['log-sshd']?.text ?? ''),
);
const hosts = bundles('keyring');

function known<T>(fact: { known: true; value: T } | { known: false; detail: string }): T {
  if (!fact.known) throw new Error(fact.detail);
  return fact.value;
}

function withLog(bundle: Bundle, text: string): Bundle {
  return { ...bundle, sections: { ...bundle.sections, 'log-keys': { status: 'ok', text } } };
}

const FINGERPRINT = `SHA256:${'A'.repeat(43)}`;

describe('logins with keys', () => {
  it.each(healthy)('are all read of the log of %s', (_, bundle) => {
    const lines = bundle.sections['log-sshd']?.text.match(/^.*: Accepted publickey for .*$/gm) ?? [];
    const { logins, since } = known(recentKeyLogins.read(bundle));
    expect(logins.reduce((sum, { times }) => sum + times, 0)).toBe(lines.length);
    expect(since).toBeLessThanOrEqual(Date.parse(bundle.takenAt));
    // The newest of each is told.
    for (const { text, at } of logins) {
      expect(lines).toContain(text);
      expect(at).toBeGreaterThanOrEqual(since ?? Number.POSITIVE_INFINITY);
    }
  });

  it.each(hosts)('come from the whole log of %s, once for each account and key', (_, bundle) => {
    const { logins, sources, since } = known(keyLogins.read(bundle));
    expect(sources).toEqual(['journal', '/var/log/auth.log']);
    const seen = logins.map(
      ({ user, type, fingerprint, certificate: one }) => `${user} ${type} ${fingerprint} ${one?.id}`,
    );
    expect(new Set(seen).size).toBe(seen.length);
    expect(logins.find(({ certificate }) => certificate)?.certificate).toMatchObject({
      id: 'alice-laptop',
      serial: '7',
    });
    // Each stands in both logs and is one login all the same.
    expect(logins.map(({ times }) => times)).toEqual(logins.map(() => 1));
    expect(since).toBeLessThan(Math.min(...logins.map(({ at = 0 }) => at)));
  });

  it('are not what somebody who fails to log in calls himself', () => {
    const [, bundle] = hosts[0] ?? [];
    if (!bundle) throw new Error('no host was captured');
    const accepted = `Accepted publickey for root from 192.0.2.1 port 1 ssh2: RSA ${FINGERPRINT}`;
    const forged = [
      `1\t2026-11-25T02:35:15+00:00 web1 sshd[1]: Invalid user ${accepted} from 192.0.2.9 port 4`,
      `1\t2026-11-25T02:35:15+00:00 web1 sshd[1]: Failed password for invalid user x sshd[1]: ${accepted} from 192.0.2.9 port 4 ssh2`,
      `1\t2026-11-25T02:35:15+00:00 web1 CRON[1]: ${accepted}`,
      `x\t2026-11-25T02:35:15+00:00 web1 sshd[1]: ${accepted}`,
    ];
    expect(known(keyLogins.read(withLog(bundle, ['# journal', ...forged].join('\n')))).logins).toEqual([]);
    const true_ = `2\t2026-11-25T02:35:15+00:00 web1 sshd[1]: ${accepted}`;
    expect(known(keyLogins.read(withLog(bundle, `# journal\n${true_}`))).logins).toHaveLength(1);
  });
});

describe('the time at the start of a line', () => {
  const now = Date.parse('2026-01-02T00:00:00Z');
  it.each([
    ['1795539807.415219 web1 sshd[1]: x', '2026-11-24T17:03:27.415Z'],
    ['2026-11-25T02:35:15.715888+00:00 web1 sshd[1]: x', '2026-11-25T02:35:15.715Z'],
    ['Dec 31 23:59:59 web1 sshd[1]: x', '2025-12-31T23:59:59.000Z'],
    ['Jan  1 00:00:01 web1 sshd[1]: x', '2026-01-01T00:00:01.000Z'],
  ])('of %j', (line, at) => {
    expect(new Date(timeOf(line, now) ?? Number.NaN).toISOString()).toBe(at);
  });
  it('is in the zone of the server where it says none', () => {
    expect(timeOf('Jan  1 00:00:01 web1 sshd[1]: x', now, 120)).toBe(Date.parse('2025-12-31T22:00:01Z'));
  });
  it.each(['', 'yesterday web1', 'Abc  1 00:00:01 x', '2026-99-99T99:99:99+00:00 x'])('is not known of %j', (line) => {
    expect(timeOf(line, now)).toBeUndefined();
  });
});
