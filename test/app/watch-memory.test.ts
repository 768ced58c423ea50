import { describe, expect, it } from 'vitest';
import { watchMemory } from '../../src/app/watch-memory.ts';
import { type Mind, watchMind } from '../../src/app/watch-mind.ts';
import { passingStore } from '../../src/collect/store/passing.ts';
import type { Detector, EventStore } from '../../src/model/watch.ts';
import { incidents } from '../../src/reason/watch/incidents.ts';

/** Detectors that remember one word each. */
function mindOf(words: Record<string, string>): { readonly mind: Mind; readonly words: Record<string, string> } {
  const detectors: Detector[] = Object.keys(words).map((name) => ({
    name,
    see: () => [],
    tick: () => [],
    save: () => JSON.stringify(words[name]),
    load: (saved) => {
      words[name] = JSON.parse(saved) as string;
    },
  }));
  return { mind: watchMind(detectors, incidents()), words };
}

/** A store that forgets nothing; `breaks` is asked before each write. */
function storeOf(breaks: () => boolean = () => false) {
  const notes = new Map<string, string>();
  const store: EventStore = {
    ...passingStore(),
    memory: async (name) => notes.get(name),
    remember: async (name, value) => {
      if (breaks()) throw new Error('killed');
      notes.set(name, value);
    },
  };
  return { store, notes };
}

const once = <T>(write: () => Promise<T>): Promise<T> => write();
const BESIDE = { unseen: [], read: { lines: 3, unparsed: 1 }, time: 17 };
const resumed = async (store: EventStore) => {
  const { mind, words } = mindOf({ one: '', two: '', three: '' });
  const from = await watchMemory(store, mind, once).resume();
  return { from, words };
};

describe('what a watch remembers', () => {
  it('is whole, of the last time or the one before, wherever saving is broken off', async () => {
    for (let at = 0; at < 6; at++) {
      let left = Number.POSITIVE_INFINITY;
      const { store } = storeOf(() => left-- <= 0);
      const { mind, words } = mindOf({ one: 'a', two: 'a', three: 'a' });
      const memory = watchMemory(store, mind, once);
      await memory.save(BESIDE);
      for (const before of ['b', 'c']) {
        Object.assign(words, { one: before, two: before, three: before });
        left = before === 'c' ? at : Number.POSITIVE_INFINITY;
        await memory.save(BESIDE).catch(() => undefined);
      }
      left = Number.POSITIVE_INFINITY;
      const { from, words: got } = await resumed(store);
      expect(from).toMatchObject({ lost: [], read: BESIDE.read, time: 17 });
      // Four parts with the incidents, and the row that says which of both holds.
      expect(Object.values(got).join('')).toBe(at < 5 ? 'bbb' : 'ccc');
    }
  });

  it('goes on after one that could not be saved, and after a restart, without touching what holds', async () => {
    const { store, notes } = storeOf();
    const { mind, words } = mindOf({ one: 'a', two: 'a', three: 'a' });
    await watchMemory(store, mind, once).save(BESIDE);
    const holds = (): string => (JSON.parse(notes.get('watch') ?? '') as { slot: string }).slot;
    const first = holds();
    const later = watchMemory(store, mind, once);
    await later.resume();
    words['one'] = 'b';
    await later.save(BESIDE);
    expect(holds()).not.toBe(first);
    expect(notes.get(`${first}/one`)).toBe('"a"');
  });

  it('is taken up from what an older release saved as one', async () => {
    const { store } = storeOf();
    const { mind } = mindOf({ one: 'x', two: 'y', three: 'z' });
    await store.remember('watch', JSON.stringify({ from: 0, unseen: [], read: BESIDE.read, mind: mind.save() }));
    const { from, words } = await resumed(store);
    expect(from?.lost).toEqual([]);
    expect(words).toEqual({ one: 'x', two: 'y', three: 'z' });
  });

  it('says what cannot be read, and takes the rest; there may be nothing', async () => {
    const { store, notes } = storeOf();
    expect((await resumed(store)).from).toBeUndefined();
    await watchMemory(store, mindOf({ one: 'x', two: 'y', three: 'z' }).mind, once).save(BESIDE);
    for (const [name] of notes) if (name.endsWith('/two')) notes.set(name, '{');
    for (const [name] of notes) if (name.endsWith('/three')) notes.delete(name);
    const { from, words } = await resumed(store);
    expect(from?.lost).toEqual(['two', 'three']);
    expect(words).toEqual({ one: 'x', two: '', three: '' });
  });

  it('gives the rest of the process a turn between two detectors', async () => {
    const { store } = storeOf();
    const { mind } = mindOf({ one: 'x', two: 'y', three: 'z' });
    let [turns, over] = [0, false];
    const again = (): void => {
      turns += 1;
      if (!over) setImmediate(again);
    };
    setImmediate(again);
    await watchMemory(store, mind, once).save(BESIDE);
    over = true;
    expect(turns).toBeGreaterThanOrEqual(3);
  });
});
