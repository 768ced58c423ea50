import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Batch, EventStore, Incident, WatchEvent } from '../../src/model/watch.ts';

const NOON = Date.UTC(2026, 10, 20, 12);
const DAY = 86_400_000;

export const eventAt = (id: string, at = NOON, more: Partial<WatchEvent> = {}): WatchEvent => ({
  id,
  at,
  host: 'web1',
  type: 'sshd/failed-password',
  outcome: 'refused',
  ...more,
});

export const batchOf = (events: readonly WatchEvent[], cursor = 'c1', source = 'journal'): Batch => ({
  events,
  place: { source, cursor },
  lines: { all: events.length, unparsed: 0, other: 0 },
});

const incident = (id: string, more: Partial<Incident> = {}): Incident => ({
  id,
  state: 'open',
  opened: NOON,
  updated: NOON,
  urgency: 'notice',
  about: { user: 'root' },
  title: 'guessing at root',
  story: ['it began'],
  signals: [],
  causes: [],
  advice: [],
  ...more,
});

const idsOf = (events: readonly WatchEvent[]): readonly string[] => events.map(({ id }) => id);
/** Without NUL, which a store may show as a character that cannot be read. */
const text = fc.string({ unit: 'binary', maxLength: 40 }).map((made) => made.replaceAll('\0', ' '));
const anyEvent: fc.Arbitrary<WatchEvent> = fc
  .record(
    {
      id: text,
      at: fc.integer({ min: Date.UTC(2026, 9, 1), max: Date.UTC(2026, 11, 1) }),
      host: text,
      // These two are the table's own words, nobody's who logs in.
      type: fc.constantFrom('sshd/failed-password', 'sshd/accepted', 'new/row'),
      outcome: fc.constantFrom('refused', 'in', 'new-outcome'),
      user: text,
      from: text,
      port: text,
      method: text,
      key: text,
      jail: text,
      detail: text,
      file: text,
      pid: fc.nat(),
      forged: fc.constant(true as const),
    },
    { requiredKeys: ['id', 'at', 'host', 'type', 'outcome'] },
  )
  .map((event) => event as WatchEvent);

/**
 * What every store of events has to do. `open` gives an empty one; each of the tests has its own. `reopen` opens the same again
 * after it was closed.
 */
export function storeContract(
  name: string,
  open: () => Promise<{ readonly store: EventStore; reopen(): Promise<EventStore> }>,
): void {
  const opened: EventStore[] = [];
  const fresh = async (): Promise<EventStore> => {
    const { store } = await open();
    opened.push(store);
    return store;
  };

  describe(`${name}, as every store`, () => {
    let shared: EventStore;
    beforeAll(async () => {
      shared = await fresh();
    });
    afterAll(async () => {
      for (const store of opened) await store.close();
    });

    it('keeps a batch once, however often and in whatever pieces it is put', async () => {
      const store = await fresh();
      const events = Array.from({ length: 50 }, (_, index) =>
        eventAt(`e${String(index).padStart(3, '0')}`, NOON + index),
      );
      await store.put(batchOf(events));
      await store.put(batchOf(events));
      await Promise.all([store.put(batchOf(events.slice(10, 30))), store.put(batchOf(events.slice(20, 50), 'c2'))]);
      expect(idsOf(await store.events({ limit: 1000 }))).toEqual(idsOf(events));
      expect((await store.size()).events).toBe(50);
      expect(await store.counts({ since: NOON, until: NOON + 1000, stepMs: 1000 })).toEqual([
        { at: NOON, outcome: 'refused', count: 50 },
      ]);
    });

    it('says from when to when it has events', async () => {
      const store = await fresh();
      expect(await store.span()).toBeUndefined();
      await store.put(batchOf([eventAt('b', NOON + 90_500), eventAt('a', NOON + 10)]));
      const span = await store.span();
      expect(span).toMatchObject({ first: NOON + 10, last: NOON + 90_500 });
      expect(span?.counted).toBeLessThanOrEqual(NOON + 10);
    });

    it('gives back what it was given, whatever was in it', async () => {
      const store = await fresh();
      let runs = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(anyEvent, { minLength: 1, maxLength: 30 }), async (made) => {
          // An id names one event for ever, in what fast-check shrinks as well.
          const run = ++runs;
          const events = made.map((event, index) => ({ ...event, id: `${run}/${index}/${event.id}` }));
          await store.put(batchOf(events));
          for (const event of events) {
            const question = { since: event.at, until: event.at + 1, host: event.host, limit: 10_000 };
            const found = await store.events(question);
            expect(found.filter(({ id }) => id === event.id)).toEqual([event]);
          }
        }),
        { numRuns: 8 },
      );
    });

    it('takes NUL and half a surrogate pair, as themselves or as a character that cannot be read', async () => {
      const store = await fresh();
      await store.put(batchOf([eventAt('half', NOON, { user: 'a\ud800\0b' })]));
      expect((await store.events({ limit: 1 }))[0]?.user).toMatch(/^a.{2}b$/u);
    });

    it('pages by time and id without a gap or a double', async () => {
      const store = await fresh();
      const events = Array.from({ length: 100 }, (_, index) =>
        eventAt(`e${String(index).padStart(3, '0')}`, NOON + Math.floor(index / 7)),
      );
      await store.put(batchOf(events.toReversed()));
      const seen: WatchEvent[] = [];
      for (;;) {
        const last = seen.at(-1);
        const page = await store.events({ limit: 9, ...(last && { after: { at: last.at, id: last.id } }) });
        seen.push(...page);
        if (page.length < 9) break;
      }
      expect(idsOf(seen)).toEqual(idsOf(events));
    });

    it('answers by user, address, host, outcome and span of time', async () => {
      await shared.put(
        batchOf([
          eventAt('a', NOON, { user: "o'brien\\", from: '192.0.2.1' }),
          eventAt('b', NOON + 1, { user: 'root', from: '192.0.2.2', outcome: 'accepted' }),
          eventAt('c', NOON + 2, { host: 'web2' }),
        ]),
      );
      const ask = async (question: object): Promise<string> =>
        idsOf(await shared.events({ limit: 10, ...question })).join('');
      expect(await ask({ user: "o'brien\\" })).toBe('a');
      expect(await ask({ user: "' OR 1 = 1 --" })).toBe('');
      expect(await ask({ from: '192.0.2.2' })).toBe('b');
      expect(await ask({ host: 'web2' })).toBe('c');
      expect(await ask({ outcomes: ['accepted'] })).toBe('b');
      expect(await ask({ outcomes: ['accepted', 'refused'] })).toBe('abc');
      expect(await ask({ since: NOON + 1, until: NOON + 2 })).toBe('b');
      expect(await ask({ limit: 0 })).toBe('');
    });

    it('remembers places, incidents and what was learnt, the last word of each, over a restart', async () => {
      const { store, reopen } = await open();
      await store.put(batchOf([eventAt('a')], 'c1', 'journal'));
      await store.put(batchOf([], 'c2', 'journal'));
      await store.put(batchOf([], '17', '/var/log/auth.log'));
      await store.putIncident(incident('i1'));
      await store.putIncident(incident('i1', { state: 'closed', title: "it's \u001b[31m over" }));
      await store.putIncident(incident('i2', { updated: NOON + 5 }));
      await store.remember('learns', 'one');
      await store.remember('learns', 'two\n\\');
      await store.close();
      const again = await reopen();
      opened.push(again);
      expect((await again.places()).toSorted((a, b) => a.source.localeCompare(b.source))).toEqual([
        { source: '/var/log/auth.log', cursor: '17' },
        { source: 'journal', cursor: 'c2' },
      ]);
      expect((await again.incidents({ since: 0, state: 'open' })).map(({ id }) => id)).toEqual(['i2']);
      expect((await again.incidents({ since: 0, id: 'i2' })).map(({ id }) => id)).toEqual(['i2']);
      expect(await again.incidents({ since: 0, state: 'closed' })).toEqual([
        incident('i1', { state: 'closed', title: "it's \u001b[31m over" }),
      ]);
      expect(await again.memory('learns')).toBe('two\n\\');
      expect(await again.memory('never')).toBeUndefined();
      expect(idsOf(await again.events({ limit: 10 }))).toEqual(['a']);
    });

    it('forgets what is older', async () => {
      const store = await fresh();
      const events = [-3 * DAY, -DAY, -1, 0, 1].map((off, index) => eventAt(`e${index}`, NOON + off));
      await store.put(batchOf(events));
      expect(await store.prune({ since: NOON })).toBe(3);
      expect(idsOf(await store.events({ limit: 10 }))).toEqual(['e3', 'e4']);
      expect((await store.size()).events).toBe(2);
      expect(await store.prune({ since: NOON })).toBe(0);
    });
  });
}
