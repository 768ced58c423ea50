import { describe, expect, it } from 'vitest';
import { attempts } from '../../../../src/reason/watch/attempts.ts';
import { spike } from '../../../../src/reason/watch/detect/spike.ts';
import { type Attempted, DAY, eventsOf, HOUR, many, SECOND, watched } from '../lines.ts';

/** Ten passers-by an hour, for days before the story and within it. */
const noise = (days: number): Attempted[] =>
  many(days * 240, HOUR / 10, { kind: 'unknown-key', at: -days * DAY + HOUR }).map((one, i) => ({
    ...one,
    from: `203.0.${i % 250}.${i % 240}`,
  }));
const burst = (n: number, from: (i: number) => string): Attempted[] =>
  many(n, 10 * SECOND, { kind: 'unknown-key', at: HOUR }).map((one, i) => ({ ...one, from: from(i) }));

describe('spike', () => {
  it('tells of many more failures than usual at this hour, and of the network that most came from', () => {
    const [signal, ...more] = watched(spike(attempts()), eventsOf([...noise(5), ...burst(200, (i) => `192.0.2.${i}`)]));
    expect(more).toEqual([]);
    expect(signal).toMatchObject({
      urgency: 'note',
      about: { host: 'web1', network: '192.0.2.0/24' },
      measure: { seen: 100, expected: 10 },
    });
    expect(signal?.evidence.length).toBeGreaterThan(1);
  });

  it('is silent while it learns, and about what is usual', () => {
    expect(watched(spike(attempts()), eventsOf([...noise(2), ...burst(200, () => '192.0.2.1')]))).toEqual([]);
    expect(watched(spike(attempts()), eventsOf([...noise(5), ...burst(60, () => '192.0.2.1')]))).toEqual([]);
  });

  it('remembers over a restart', () => {
    const first = spike(attempts());
    watched(first, eventsOf(noise(5)));
    const second = spike(attempts());
    second.load?.(first.save?.() ?? '');
    expect(watched(second, eventsOf(burst(200, () => '192.0.2.1')))).toHaveLength(1);
  });
});
