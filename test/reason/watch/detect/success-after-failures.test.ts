import { describe, expect, it } from 'vitest';
import { attempts } from '../../../../src/reason/watch/attempts.ts';
import { successAfterFailures } from '../../../../src/reason/watch/detect/success-after-failures.ts';
import { type Attempted, eventsOf, MINUTE, many, SECOND, used, watched } from '../lines.ts';

const run = (what: readonly Attempted[]) => watched(successAfterFailures(attempts()), eventsOf(what));
const guessing = many(12, 10 * SECOND, { kind: 'password-1', user: 'bob' });
const login = { kind: 'login-password', user: 'bob', at: 10 * MINUTE };

describe('success-after-failures', () => {
  it('pages when guessing got in', () => {
    const [signal, ...more] = run([...guessing, login]);
    expect(more).toEqual([]);
    expect(signal).toMatchObject({
      urgency: 'page',
      about: { host: 'web1', from: '203.0.113.9', user: 'bob' },
      measure: { seen: 12, limit: 10, others: 0 },
    });
    expect(signal?.evidence.at(0)?.type).toBe('sshd/failed-password');
    expect(signal?.evidence.at(-1)?.type).toBe('sshd/accepted');
  });

  it('pages when a list of passwords got in with few failures', () => {
    const list = ['carla', 'dirk', 'emma'].map((user, i) => ({ kind: 'password-1', user, at: i * MINUTE }));
    expect(run([...list, login])).toMatchObject([{ urgency: 'page', measure: { others: 3, limit: 3 } }]);
  });

  it('pages when a user whom many networks guess comes from where they never did', () => {
    const spray = Array.from({ length: 8 }, (_, i) => ({
      kind: 'password-1',
      user: 'bob',
      from: `203.0.${i}.1`,
      at: i * MINUTE,
    }));
    const usual = used('bob', '198.51.100.7');
    expect(run([...usual, ...spray, { ...login, from: '192.0.2.200' }])).toMatchObject([
      { urgency: 'page', measure: { networks: 8 } },
    ]);
    expect(run([...usual, ...spray, { ...login, from: '198.51.100.7' }])).toEqual([]);
    expect(run([...usual, ...spray, { ...login, kind: 'login-key', from: '192.0.2.200' }])).toEqual([]);
  });

  it('makes it a notice when a key was let in: it was not guessed', () => {
    expect(run([...guessing, { ...login, kind: 'login-key' }])).toMatchObject([{ urgency: 'notice' }]);
  });

  it('is silent about a user who has forgotten, at a known address or not', () => {
    expect(run([...guessing.slice(0, 6), login])).toEqual([]);
    expect(
      run([
        ...used('bob', '203.0.113.9', 2),
        ...guessing,
        ...guessing.map((one) => ({ ...one, at: one.at + 5 * SECOND })),
        login,
      ]),
    ).toEqual([]);
    expect(run([{ kind: 'typo-then-login', user: 'bob', at: 0 }])).toEqual([]);
  });

  it('is silent about keys that were refused before another one was let in', () => {
    expect(run([...many(12, MINUTE, { kind: 'keys-refused-verbose', user: 'bob' })])).toEqual([]);
  });

  it('goes on after a restart', () => {
    const first = successAfterFailures(attempts());
    const second = successAfterFailures(attempts());
    watched(first, eventsOf(guessing));
    second.load?.(first.save?.() ?? '');
    expect(watched(second, eventsOf([login]))).toMatchObject([{ urgency: 'page', measure: { seen: 12 } }]);
  });
});
