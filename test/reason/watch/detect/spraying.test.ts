import { describe, expect, it } from 'vitest';
import { attempts } from '../../../../src/reason/watch/attempts.ts';
import { spraying } from '../../../../src/reason/watch/detect/spraying.ts';
import { eventsOf, HOUR, MINUTE, used, watched } from '../lines.ts';

const names = (n: number) => Array.from({ length: n }, (_, i) => `name${i}`);
const run = (...what: Parameters<typeof eventsOf>) => watched(spraying(attempts()), eventsOf(...what));

describe('spraying', () => {
  it('tells of a list of names', () => {
    const [signal, ...more] = run(
      names(20).map((user, i) => ({ kind: 'unknown-password-1', at: i * 5 * MINUTE, user })),
    );
    expect(more).toEqual([]);
    expect(signal).toMatchObject({
      urgency: 'note',
      about: { from: '203.0.113.9' },
      measure: { users: 8, realUsers: 0, tries: 8 },
    });
  });

  it('is worth a notice when three of them log in here', () => {
    const ours = ['anna', 'ben', 'carla'];
    const logins = ours.flatMap((user) => used(user, '198.51.100.7', 2));
    const tries = ours.map((user, i) => ({ kind: 'password-1', at: i * HOUR, user }));
    expect(run([...logins, ...tries])).toMatchObject([{ urgency: 'notice', measure: { users: 3, realUsers: 3 } }]);
  });

  it('is silent about many passwords for few accounts, and about an office where people mistype', () => {
    const few = Array.from({ length: 60 }, (_, i) => ({
      kind: 'unknown-password-1',
      at: i * MINUTE,
      user: `name${i % 7}`,
    }));
    expect(run(few)).toEqual([]);
    const ours = names(12);
    const logins = ours.flatMap((user) => used(user, '198.51.100.7', 2));
    const typing = ours.map((user, i) => ({ kind: 'password-1', at: i * MINUTE, user, from: '198.51.100.7' }));
    expect(run([...logins, ...typing])).toEqual([]);
  });
});
