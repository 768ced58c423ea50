import { describe, expect, it } from 'vitest';
import { type WatchParts, watchLoop } from '../../src/app/watch-loop.ts';
import type { Mind } from '../../src/app/watch-mind.ts';
import { watchTime } from '../../src/app/watch-time.ts';
import { eventsOf, unseenOf } from '../../src/app/watch-unseen.ts';
import type { Follower } from '../../src/collect/follow/follower.ts';
import { passingStore } from '../../src/collect/store/passing.ts';
import { LookError } from '../../src/model/errors.ts';
import type { Batch, EventStore, Sink, WatchEvent } from '../../src/model/watch.ts';

const START = Date.UTC(2026, 10, 24);
const MINUTE = 60_000;

const event = (source: string, n: number, at: number): WatchEvent => ({
  id: `${source}:${String(n).padStart(4, '0')}`,
  at,
  host: 'web1',
  type: 'sshd/invalid-user',
  outcome: 'refused',
  user: `${source}${n}`,
});

const batch = (source: string, events: readonly WatchEvent[], lines = events.length): Batch => ({
  events,
  place: { source, cursor: events.at(-1)?.id ?? '' },
  lines: { all: lines, unparsed: 0, other: 0 },
});

function follower(source: string, batches: readonly Batch[]): Follower {
  const left = [...batches];
  return {
    source,
    trouble: undefined,
    next: async () => left.shift(),
    onChange: () => undefined,
    close: async () => undefined,
  };
}

/** A mind that writes down what it is told. */
function diary() {
  const seen: string[] = [];
  const ticks: { now: number; lines: number }[] = [];
  const load = (saved: string): void => void seen.splice(0, seen.length, ...(JSON.parse(saved) as string[]));
  const mind: Mind = {
    see: ({ user = '' }) => void seen.push(user),
    tick: (now, { lines }) => void ticks.push({ now, lines }),
    drain: () => ({ signals: [], changes: [] }),
    open: () => [],
    restore: () => undefined,
    save: () => JSON.stringify(seen),
    load: (saved) => {
      load(saved);
      return [];
    },
    parts: () => [['diary', JSON.stringify(seen)]],
    loadPart: (_, saved) => {
      load(saved);
      return true;
    },
  };
  return { mind, seen, ticks };
}

/** A store in memory that does what a store has to. */
function storeOf(): EventStore & { readonly all: WatchEvent[] } {
  const all: WatchEvent[] = [];
  return {
    ...passingStore(),
    all,
    put: async ({ events }) => {
      for (const one of events) if (!all.some(({ id }) => id === one.id)) all.push(one);
    },
    events: async ({ since = 0, until = Number.MAX_SAFE_INTEGER, limit, after }) =>
      all
        .filter(
          ({ at, id }) => at >= since && at < until && (!after || at > after.at || (at === after.at && id > after.id)),
        )
        .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
        .slice(0, limit),
  };
}

function run(parts: Partial<WatchParts>, signal = new AbortController().signal): Promise<void> {
  return watchLoop(
    {
      followers: [],
      store: passingStore(),
      mind: diary().mind,
      sinks: [],
      once: true,
      now: Date.now,
      onNote: () => undefined,
      ...parts,
    },
    signal,
  );
}

describe('the loop', () => {
  it('goes on while the store is made smaller, which is begun once at a time', async () => {
    const { mind, seen } = diary();
    const stop = new AbortController();
    let [prunes, now] = [0, START];
    const left = Array.from({ length: 5 }, (_, i) => batch('a', [event('a', i, START + i)]));
    await run(
      {
        mind,
        once: false,
        keep: { ms: MINUTE },
        // More than a minute goes by at each look at the clock.
        now: () => (now += 2 * MINUTE),
        store: {
          ...storeOf(),
          prune: () => {
            prunes += 1;
            return new Promise(() => undefined);
          },
        },
        followers: [
          {
            ...follower('a', []),
            next: async () => {
              const next = left.shift();
              if (next === undefined) stop.abort();
              return next;
            },
          },
        ],
      },
      stop.signal,
    );
    expect(seen).toEqual(['a0', 'a1', 'a2', 'a3', 'a4']);
    expect(prunes).toBe(1);
  });

  it('shows the events of several sources in the order of their stamps, and minutes in between', async () => {
    const { mind, seen, ticks } = diary();
    const a = [0, 1, 4].map((minute, i) => event('a', i, START + minute * MINUTE));
    const b = [0.5, 2, 5].map((minute, i) => event('b', i, START + minute * MINUTE));
    await run({
      mind,
      followers: [
        follower('a', [batch('a', a.slice(0, 2), 20), batch('a', a.slice(2), 10)]),
        follower('b', [batch('b', b, 3)]),
      ],
    });
    expect(seen).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2']);
    expect(ticks.map(({ now }) => (now - START) / MINUTE)).toEqual([1, 2, 3, 4, 5]);
    expect(ticks.reduce((sum, { lines }) => sum + lines, 0)).toBeGreaterThanOrEqual(20);
  });

  it('goes on without a sink that fails, which is said once', async () => {
    const notes: string[] = [];
    const store = storeOf();
    const broken: Sink = {
      name: 'broken',
      put: async () => {
        throw new Error('no room');
      },
      close: async () => undefined,
    };
    const batches = [1, 2, 3].map((n) => batch('a', [event('a', n, START + n)]));
    await run({ store, sinks: [broken], followers: [follower('a', batches)], onNote: (note) => void notes.push(note) });
    expect(store.all).toHaveLength(3);
    expect(notes).toEqual(['broken: no room; the watch goes on without it', 'broken: failed 3 times']);
  });

  it('ends when the store takes nothing; what was not taken is seen by nobody', async () => {
    const { mind, seen } = diary();
    const store = { ...storeOf(), put: () => Promise.reject(new Error('no store')) };
    const failing = run({ mind, store, followers: [follower('a', [batch('a', [event('a', 1, START)])])] });
    await expect(failing).rejects.toThrow('no store');
    expect(seen).toEqual([]);
  });

  it('tries a store again that is away for a moment', async () => {
    const store = storeOf();
    let tries = 0;
    const put = async (one: Batch): Promise<void> => {
      tries += 1;
      if (tries === 1) throw new LookError('busy');
      await store.put(one);
    };
    await run({ store: { ...store, put }, followers: [follower('a', [batch('a', [event('a', 1, START)])])] });
    expect(store.all).toHaveLength(1);
  });

  it('shows what the store has and the memory has not after it was broken off, and nothing twice', async () => {
    const store = storeOf();
    const events = Array.from({ length: 30 }, (_, n) => event('a', n, START + n));
    const [first, second, third] = [0, 10, 20].map((from) => batch('a', events.slice(from, from + 10)));
    await run({ store, followers: [follower('a', [first as Batch])] });
    // Stored and not seen: it ends between the two.
    const dies: Mind = {
      ...diary().mind,
      see: () => {
        throw new Error('killed');
      },
    };
    await expect(run({ store, mind: dies, followers: [follower('a', [second as Batch])] })).rejects.toThrow('killed');
    const { mind, seen } = diary();
    await run({ store, mind, followers: [follower('a', [third as Batch])] });
    expect(seen).toEqual(events.map(({ user }) => user));
  });
});

describe('what is unseen', () => {
  it('is found in the store by time and id', async () => {
    const store = storeOf();
    const events = [5, 5, 5, 7, 7, 9].map((at, n) => event('a', n, START + at));
    await store.put(batch('a', [...events, event('b', 1, START + 7), event('a', 77, START + 7)]));
    const rest = unseenOf(batch('a', events, 12), 2);
    expect((await eventsOf(store, rest)).map(({ user }) => user)).toEqual(['a2', 'a3', 'a4', 'a5']);
    expect(rest.lines.all).toBe(8);
  });
});

describe('the watched time', () => {
  const at = (minute: number): number => START + minute * MINUTE;

  it('goes by the events, and is not led astray by one of them', () => {
    const time = watchTime();
    expect(time.event(at(0))).toEqual([]);
    expect(time.event(at(2.5))).toEqual([at(1), at(2)]);
    // A little late, then weeks ahead.
    expect(time.event(at(1))).toEqual([]);
    expect(time.event(at(60 * 24 * 400))).toEqual([]);
    expect(time.event(at(3))).toEqual([at(3)]);
  });

  it('crosses long gaps, and tells of two days of them', () => {
    const time = watchTime();
    time.event(at(0));
    time.event(at(60 * 24 * 30));
    const minutes = time.event(at(60 * 24 * 30 + 1));
    expect(minutes.length).toBe(2880);
    expect(minutes.at(-1)).toBe(at(60 * 24 * 30));
  });

  it('is set back by several, in old logs only', () => {
    const [old, live] = [watchTime(), watchTime(() => at(10_000))];
    for (const time of [old, live]) {
      time.event(at(500));
      for (let i = 0; i < 4; i++) time.event(at(i));
    }
    expect([old.now, live.now]).toEqual([at(3), at(500)]);
    expect(live.event(at(1e6))).toHaveLength(2880);
    expect(live.now).toBe(at(10_000));
  });
});

it('a sink that keeps what it takes holds up the watch; one that ends meanwhile has not stored what was not taken', async () => {
  const store = storeOf();
  const taken: string[] = [];
  let asked = (): void => undefined;
  const full = new Promise<void>((resolve) => (asked = resolve));
  const sink: Sink = {
    name: 'broker',
    waits: true,
    put: async ({ events }) => {
      if (taken.length > 0) {
        asked();
        return await new Promise<never>(() => undefined);
      }
      taken.push(...events.map(({ id }) => id));
    },
    close: async () => undefined,
  };
  const stop = new AbortController();
  const watching = watchLoop(
    {
      followers: [follower('a', [batch('a', [event('a', 1, START)]), batch('a', [event('a', 2, START + 1)])])],
      store,
      mind: diary().mind,
      sinks: [sink],
      once: false,
      now: () => START,
      onNote: () => undefined,
    },
    stop.signal,
  );
  await full;
  stop.abort();
  await watching;
  expect(store.all.map(({ id }) => id)).toEqual(['a:0001']);
});

it('a sink that keeps what it takes is given again what it could not take, and nothing is stored before', async () => {
  const store = storeOf();
  const notes: string[] = [];
  let tries = 0;
  const sink: Sink = {
    name: 'broker',
    waits: true,
    put: async () => {
      expect(store.all).toHaveLength(0);
      if (++tries < 3) throw new Error('no space left on device');
    },
    close: async () => undefined,
  };
  await watchLoop(
    {
      followers: [follower('a', [batch('a', [event('a', 1, START)])])],
      store,
      mind: diary().mind,
      sinks: [sink],
      once: true,
      now: () => START,
      onNote: (note) => void notes.push(note),
    },
    new AbortController().signal,
  );
  expect(tries).toBe(3);
  expect(store.all).toHaveLength(1);
  expect(notes).toEqual([
    'broker: no space left on device; the watch waits for it',
    'broker: works again; it failed 2 times',
  ]);
});
