import { expect, test } from 'vitest';
import { pooled } from '../../src/app/fleet/pool.ts';

const items = Array.from({ length: 40 }, (_, i) => i);

test('each item once, never more than the width at a time', async () => {
  let [now, most] = [0, 0];
  const seen: number[] = [];
  await pooled(items, {
    width: 7,
    signal: new AbortController().signal,
    work: async (item) => {
      most = Math.max(most, ++now);
      await new Promise(setImmediate);
      now--;
      return item;
    },
    done: (item) => void seen.push(item),
  });
  expect(seen.toSorted((a, b) => a - b)).toEqual(items);
  expect(most).toBe(7);
});

test('what has begun is waited for, nothing new is begun', async () => {
  const stop = new AbortController();
  const begun: number[] = [];
  const ended: number[] = [];
  await pooled(items, {
    width: 4,
    signal: stop.signal,
    work: async (item) => {
      begun.push(item);
      if (item === 5) stop.abort();
      await new Promise(setImmediate);
      return item;
    },
    done: (item) => void ended.push(item),
  });
  expect(ended.toSorted((a, b) => a - b)).toEqual(begun);
  expect(begun.length).toBeLessThanOrEqual(8);
});

test('what work throws ends it', async () => {
  const work = async (item: number): Promise<number> => {
    if (item === 3) throw new Error('no');
    return item;
  };
  await expect(pooled(items, { width: 2, signal: new AbortController().signal, work, done: () => {} })).rejects.toThrow(
    'no',
  );
});
