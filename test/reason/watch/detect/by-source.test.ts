import { describe, expect, it } from 'vitest';
import { attempts } from '../../../../src/reason/watch/attempts.ts';
import { bySource } from '../../../../src/reason/watch/detect/by-source.ts';
import { eventsOf, line, see } from '../lines.ts';

const guess = (seconds: number, pid: number, from = '203.0.113.9'): string =>
  line(seconds, pid, `Failed password for root from ${from} port ${1024 + pid} ssh2`) +
  line(seconds, pid, `Connection closed by authenticating user root ${from} port ${1024 + pid} [preauth]`);

const run = (text: string) => see(bySource(attempts()), eventsOf(text));

describe('by-source', () => {
  it('tells of ten failures within two minutes, once', () => {
    const signals = run(Array.from({ length: 20 }, (_, i) => guess(i * 3, 100 + i)).join(''));
    expect(signals.map(({ measure }) => [measure['windowMs'], measure['seen']])).toEqual([
      [120_000, 10],
      [3_600_000, 20],
    ]);
    expect(signals[0]).toMatchObject({
      urgency: 'note',
      about: { host: 'web1', from: '203.0.113.9', network: '203.0.113.0/24' },
    });
    expect(signals[0]?.evidence[0]?.pid).toBe(100);
  });

  it('is silent about a user who has forgotten', () => {
    expect(run(Array.from({ length: 5 }, (_, i) => guess(i * 10, 100 + i)).join(''))).toEqual([]);
  });

  it('tells of one try in half an hour within a day', () => {
    const signals = run(Array.from({ length: 48 }, (_, i) => guess(i * 1800, 100 + i)).join(''));
    expect(signals.map(({ measure }) => measure['windowMs'])).toEqual([86_400_000]);
  });
});
