import { describe, expect, it } from 'vitest';
import { attempts } from '../../../../src/reason/watch/attempts.ts';
import { outage } from '../../../../src/reason/watch/detect/outage.ts';
import { type Attempted, eventsOf, MINUTE, used, watched } from '../lines.ts';

const USERS = ['anna', 'ben', 'carla', 'dirk', 'emma', 'felix'];
const FROM = '198.51.100.7';
const usual = USERS.flatMap((user) => used(user, FROM, 2));
const run = (what: readonly Attempted[]) => watched(outage(attempts()), eventsOf([...usual, ...what]));
const each = (kind: string, at = 0, from = FROM): Attempted[] =>
  USERS.map((user, i) => ({ kind, user, from, at: at + i * MINUTE }));

describe('outage', () => {
  it('pages when our users are refused where they always log in from', () => {
    const [signal, ...more] = run([
      { kind: 'reload', at: -MINUTE },
      ...each('not-allowed'),
      ...each('not-allowed', 5 * MINUTE),
    ]);
    expect(more).toEqual([]);
    expect(signal).toMatchObject({ urgency: 'page', about: { host: 'web1' }, measure: { seen: 4, limit: 4 } });
    expect(signal?.says).toContain('anna, ben, carla, dirk');
    expect(signal?.evidence.map(({ type }) => type)).toContain('sshd/not-allowed-list');
  });

  it('is silent about a day of new keys: people are refused once, and get in', () => {
    expect(
      run(
        USERS.flatMap((user, i) => [
          { kind: 'key-refused', user, from: FROM, at: i * 2 * MINUTE },
          { kind: 'login-key', user, from: FROM, at: i * 2 * MINUTE + 3 * MINUTE },
        ]),
      ),
    ).toEqual([]);
  });

  it('is silent when strangers fail as our users, and when others get in', () => {
    expect(run(each('password-1', 0, '203.0.113.9'))).toEqual([]);
    const others = ['gina', 'hugo', 'ida', 'jan', 'kai', 'lea', 'max'].map((user, i) => ({
      kind: 'login-key',
      user,
      from: FROM,
      at: i * 1000,
    }));
    expect(run([...others, ...each('password-1', MINUTE)])).toEqual([]);
  });
});
