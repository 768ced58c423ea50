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

  // In the morning each of three took eight minutes to find the right key.
  const morning: readonly Attempted[] = ['anna', 'ben', 'carla'].flatMap((user, i) => [
    { kind: 'key-refused', user, from: FROM, at: i * 20 * MINUTE },
    { kind: 'key-refused', user, from: FROM, at: (i * 20 + 4) * MINUTE },
    { kind: 'login-key', user, from: FROM, at: (i * 20 + 8) * MINUTE },
  ]);
  const NOON = 150 * MINUTE;
  const late = ['carla', 'dirk', 'emma', 'felix'];
  const refused = (at: number): Attempted[] =>
    late.map((user, i) => ({ kind: 'key-refused', user, from: FROM, at: NOON + at + i * MINUTE }));

  it('gives those who stumble at once, later on such a day, the time that others needed', () => {
    expect(
      run([
        ...morning,
        ...refused(0),
        ...late.map((user, i) => ({ kind: 'login-key', user, from: FROM, at: NOON + (7 + i) * MINUTE })),
      ]),
    ).toEqual([]);
    // Without that morning it is what a broken server looks like.
    expect(run(refused(0))).toHaveLength(1);
  });

  it('pages on such a day when that time is over and nobody got in, whether they tried again or not', () => {
    const [again, ...more] = run([...morning, ...refused(0), ...refused(5 * MINUTE), ...refused(10 * MINUTE)]);
    expect(more).toEqual([]);
    expect(again?.says).toMatch(/^4 of \d users/);
    const [once] = run([...morning, ...refused(0), { kind: 'connect-and-close', at: NOON + 14 * MINUTE }]);
    expect(once?.says).toMatch(/^4 of \d users/);
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
