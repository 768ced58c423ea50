import { describe, expect, it } from 'vitest';
import { attempts } from '../../../../src/reason/watch/attempts.ts';
import { slowDistributed } from '../../../../src/reason/watch/detect/slow-distributed.ts';
import { type Attempted, DAY, eventsOf, HOUR, MINUTE, many, used, watched } from '../lines.ts';

const usual = [...used('anna', '198.51.100.7'), ...used('ben', '198.51.100.7')];
const everywhere = (n: number, every: number, at = 0, block = 10): Attempted[] =>
  many(n, every, { kind: 'password-1', at }).map((one, i) => ({
    ...one,
    user: i % 2 === 0 ? 'anna' : 'ben',
    from: `${block + (i % 200)}.${Math.floor(i / 200)}.2.9`,
  }));

describe('slow-distributed', () => {
  it('tells of networks that each fail once as users of ours', () => {
    const [signal, ...more] = watched(
      slowDistributed(attempts()),
      eventsOf([...usual, ...everywhere(30, 20 * MINUTE)]),
    );
    expect(more).toEqual([]);
    expect(signal).toMatchObject({ urgency: 'notice', about: { host: 'web1' }, measure: { limit: 10 } });
    expect(signal?.measure['seen']).toBeLessThan(14);
  });

  it('is silent about a passer-by a day, about one network, about names that are nobody, and about root', () => {
    const silent = (what: readonly Attempted[]) => watched(slowDistributed(attempts()), eventsOf([...usual, ...what]));
    expect(silent(everywhere(30, DAY, -20 * DAY))).toEqual([]);
    expect(silent(many(30, 20 * MINUTE, { kind: 'password-1', user: 'anna' }))).toEqual([]);
    expect(
      silent(everywhere(30, 20 * MINUTE).map((one) => ({ ...one, kind: 'unknown-password-1', user: 'oracle' }))),
    ).toEqual([]);
    expect(
      silent([
        ...used('root', '198.51.100.9'),
        ...everywhere(30, 20 * MINUTE).map((one) => ({ ...one, kind: 'root-password-1' })),
      ]),
    ).toEqual([]);
  });

  it('learns what is usual, and remembers it over a restart', () => {
    const known = attempts();
    const first = slowDistributed(known);
    const noisy = [...usual, ...everywhere(240, 2 * HOUR, -20 * DAY)].sort((a, b) => a.at - b.at);
    watched(first, eventsOf(noisy));
    const second = slowDistributed(known);
    const saved = first.save?.() ?? '';
    second.load?.(saved);
    expect(second.save?.()).toBe(saved);
    expect(watched(second, eventsOf(everywhere(8, HOUR, 0, 100)))).toEqual([]);
    expect(watched(second, eventsOf(everywhere(30, 5 * MINUTE, DAY, 60)))).toHaveLength(1);
  });
});
