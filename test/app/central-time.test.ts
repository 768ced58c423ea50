import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partTime } from '../../src/app/central-time.ts';

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 10, 25, 12);
const none = { lines: 0, unparsed: 0 };

describe('the time of a part of the hosts', () => {
  it('says which minutes are over when an event comes, and tells what was read with the first of them', () => {
    const time = partTime(() => NOON + 10 * MINUTE);
    expect(time.event(NOON + 1000)).toEqual([]);
    time.read(7, 2);
    expect(time.event(NOON + 59_999)).toEqual([]);
    time.read(3, 0);
    expect(time.event(NOON + 3 * MINUTE)).toEqual([
      { minute: NOON + MINUTE, read: { lines: 10, unparsed: 2 } },
      { minute: NOON + 2 * MINUTE, read: none },
      { minute: NOON + 3 * MINUTE, read: none },
    ]);
    expect(time.event(NOON + 4 * MINUTE)).toEqual([{ minute: NOON + 4 * MINUTE, read: none }]);
  });

  it('never goes back: a host that is behind tells of no minute twice', () => {
    const time = partTime(() => NOON + 10 * MINUTE);
    time.event(NOON);
    expect(time.event(NOON + 2 * MINUTE)).toHaveLength(2);
    expect(time.event(NOON - 60 * MINUTE)).toEqual([]);
    expect(time.event(NOON + 2 * MINUTE + 1)).toEqual([]);
    expect(time.event(NOON + 3 * MINUTE).map(({ minute }) => minute)).toEqual([NOON + 3 * MINUTE]);
  });

  it('goes no further than a minute beyond the clock of this machine, whatever a stamp says', () => {
    let now = NOON;
    const time = partTime(() => now);
    time.event(NOON);
    expect(time.event(NOON + 400 * MINUTE).map(({ minute }) => minute)).toEqual([NOON + MINUTE]);
    now = NOON + 5 * MINUTE;
    expect(time.event(NOON + 5 * MINUTE).map(({ minute }) => minute)).toEqual(
      [2, 3, 4, 5].map((many) => NOON + many * MINUTE),
    );
  });

  it('goes on by the clock, a minute behind it, when nothing comes; not before the first event', () => {
    let now = NOON;
    const time = partTime(() => now);
    expect(time.clock()).toEqual([]);
    time.event(NOON);
    now = NOON + MINUTE;
    expect(time.clock()).toEqual([]);
    now = NOON + 3 * MINUTE;
    expect(time.clock().map(({ minute }) => minute)).toEqual([NOON + MINUTE, NOON + 2 * MINUTE]);
  });

  it('goes through the last day only of a longer silence', () => {
    const time = partTime(() => NOON + 30 * 24 * 60 * MINUTE);
    time.event(NOON);
    const minutes = time.event(NOON + 3 * 24 * 60 * MINUTE);
    expect(minutes).toHaveLength(24 * 60);
    expect(minutes.at(-1)?.minute).toBe(NOON + 3 * 24 * 60 * MINUTE);
  });

  it('tells each minute at most once and in order, and of all that was read, whatever the stamps', () => {
    const stamp = fc.integer({ min: NOON - 100 * MINUTE, max: NOON + 100 * MINUTE });
    fc.assert(
      fc.property(fc.array(fc.tuple(stamp, fc.nat(9)), { minLength: 1 }), (events) => {
        const time = partTime(() => NOON + 200 * MINUTE);
        const told = events.flatMap(([at, lines]) => {
          const minutes = time.event(at);
          time.read(lines, 0);
          return minutes;
        });
        const last = time.event(NOON + 150 * MINUTE);
        const all = [...told, ...last];
        const minutes = all.map(({ minute }) => minute);
        expect(minutes).toEqual([...new Set(minutes)].sort((a, b) => a - b));
        expect(all.reduce((sum, { read }) => sum + read.lines, 0)).toBe(
          events.reduce((sum, [, lines]) => sum + lines, 0),
        );
      }),
    );
  });
});
