import { describe, expect, it } from 'vitest';
import { attempts } from '../../../../src/reason/watch/attempts.ts';
import { byNetwork } from '../../../../src/reason/watch/detect/by-network.ts';
import { eventsOf, HOUR, MINUTE, many, used, watched } from '../lines.ts';

const spread = (network: (i: number) => string, n: number) =>
  many(n, 2 * MINUTE, { kind: 'unknown-password-1' }).map((one, i) => ({ ...one, from: network(i) }));
const run = (...what: Parameters<typeof eventsOf>) => watched(byNetwork(attempts()), eventsOf(...what));

describe('by-network', () => {
  it('tells of a /24 and a /64 whose addresses take turns', () => {
    expect(run(spread((i) => `203.0.113.${1 + (i % 9)}`, 30))).toMatchObject([
      { urgency: 'note', about: { network: '203.0.113.0/24' }, measure: { seen: 20, limit: 20, windowMs: 6 * HOUR } },
    ]);
    expect(run(spread((i) => `2001:db8:1:2:${i}::7`, 30))).toMatchObject([{ about: { network: '2001:db8:1:2::/64' } }]);
  });

  it('is silent about a single address, and about addresses that have nothing in common', () => {
    expect(run(spread(() => '203.0.113.1', 60))).toEqual([]);
    expect(run(spread((i) => `203.0.${i}.1`, 60))).toEqual([]);
  });

  it('is silent about people who mistype where they log in from', () => {
    const users = ['anna', 'ben', 'carla', 'dirk', 'emma'];
    const logins = users.flatMap((user, i) => used(user, `198.51.100.${i}`, 3));
    const typing = many(40, MINUTE, { kind: 'password-1' }).map((one, i) => ({
      ...one,
      user: users[i % 5] as string,
      from: `198.51.100.${i % 5}`,
    }));
    expect(run([...logins, ...typing])).toEqual([]);
  });
});
