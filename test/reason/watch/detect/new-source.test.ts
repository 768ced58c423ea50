import { describe, expect, it } from 'vitest';
import { attempts } from '../../../../src/reason/watch/attempts.ts';
import { newSource } from '../../../../src/reason/watch/detect/new-source.ts';
import { type Attempted, DAY, eventsOf, HOUR, MINUTE, many, SECOND, used, watched } from '../lines.ts';

const run = (what: readonly Attempted[]) => watched(newSource(attempts()), eventsOf(what));
const usual = used('alice', '198.51.100.7');
const elsewhere = { kind: 'login-key', user: 'alice', from: '192.0.2.9', at: HOUR };

describe('new-source', () => {
  it('notes a network that the user never came from, once', () => {
    expect(run([...usual, elsewhere, { ...elsewhere, at: 2 * HOUR }])).toMatchObject([
      { urgency: 'note', about: { user: 'alice', from: '192.0.2.9' }, measure: { logins: 40, failures: 0 } },
    ]);
  });

  it('is silent while it learns, and about a neighbouring address', () => {
    expect(run([...used('alice', '198.51.100.7', 5), elsewhere])).toEqual([]);
    expect(run([...usual, { ...elsewhere, from: '198.51.100.99' }])).toEqual([]);
  });

  it('pages for root after failures from there, and makes it a notice without', () => {
    const root = used('root', '198.51.100.9');
    const from = '192.0.2.9';
    const failures = many(4, 20 * SECOND, { kind: 'root-password-1', from });
    const login = { ...elsewhere, user: 'root', at: 5 * MINUTE };
    expect(run([...root, login])).toMatchObject([{ urgency: 'notice' }]);
    const [signal] = run([...root, ...failures, login]);
    expect(signal).toMatchObject({ urgency: 'page', about: { user: 'root' }, measure: { failures: 4, limit: 3 } });
    expect(signal?.evidence[0]?.type).toBe('sshd/failed-password');
  });

  it('notes the first login of an account, once it is known who usually comes', () => {
    expect(run([...usual, { ...elsewhere, user: 'mallory' }])).toMatchObject([
      { urgency: 'note', about: { user: 'mallory' } },
    ]);
  });

  it('notes an hour that is far from all others', () => {
    const night = { kind: 'login-key', user: 'alice', from: '198.51.100.7', at: 16 * HOUR };
    expect(run([...usual, night])).toMatchObject([{ urgency: 'note', says: expect.stringContaining('01:00 UTC') }]);
    expect(run([...usual, { ...night, at: 5 * HOUR }])).toEqual([]);
  });

  it('remembers over a restart', () => {
    const first = newSource(attempts());
    watched(first, eventsOf(usual));
    const saved = first.save?.() ?? '';
    const second = newSource(attempts());
    second.load?.(saved);
    expect(second.save?.()).toBe(saved);
    expect(watched(second, eventsOf([elsewhere]))).toMatchObject([{ measure: { logins: 40 } }]);
    expect(watched(second, eventsOf([{ ...elsewhere, at: DAY, from: '198.51.100.8' }]))).toEqual([]);
  });
});
