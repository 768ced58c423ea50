import { setImmediate as turn } from 'node:timers/promises';
import * as z from 'zod';
import type { Batch, EventStore } from '../model/watch.ts';
import type { Mind } from './watch-mind.ts';
import { type Unseen, unseenList, unseenOf } from './watch-unseen.ts';

/** Names under which the store remembers. */
const MEMORY = 'watch';
const UNSEEN = 'watch/unseen';
/** What the detectors remember is written beside what was written before, so that one of both is always whole. */
const SLOTS = ['watch/a', 'watch/b'] as const;

const memorySchema = z.object({
  /** Number of the first batch that is not in what the detectors remember. */
  from: z.number(),
  unseen: unseenList,
  time: z.number().optional(),
  read: z.object({ lines: z.number(), unparsed: z.number() }),
  /** Where what they remember lies: each under its own name behind that of the slot. */
  slot: z.enum(SLOTS).optional(),
  parts: z.array(z.string()).optional(),
  /** As an older release had it: all of them as one. */
  mind: z.string().optional(),
});
const unseenSchema = z.object({ from: z.number(), batches: unseenList });

/** Beside what the detectors remember: what of the batches in hand they have not seen, what was read, and the time of the watch. */
export interface Beside {
  readonly unseen: readonly Unseen[];
  readonly read: { readonly lines: number; readonly unparsed: number };
  readonly time?: number | undefined;
}

export interface Resumed {
  readonly read?: Beside['read'] | undefined;
  readonly time?: number | undefined;
  /** What the store may hold and the detectors have not seen. */
  readonly unseen: readonly Unseen[];
  /** Detectors whose memory could not be taken up. */
  readonly lost: readonly string[];
}

export interface WatchMemory {
  /** Batches that are stored, or will be, since the last time that all was saved. */
  readonly since: number;
  /** Writes down which events are about to be stored. */
  announce(batch: Batch): Promise<void>;
  /** Nobody may show the detectors anything until it returns. Between making and writing each detector's the rest of the process has a turn. */
  save(beside: Beside): Promise<void>;
  /** Gives the mind back what it remembered; undefined when there is nothing to go on with. */
  resume(): Promise<Resumed | undefined>;
}

/** What a watch remembers in its store. `stored` gives a write to the store again when that refuses it for a while. */
export function watchMemory(
  store: EventStore,
  mind: Mind,
  stored: <T>(write: () => Promise<T>) => Promise<T>,
): WatchMemory {
  let number = 0;
  let log: Unseen[] = [];
  let slot: (typeof SLOTS)[number] = SLOTS[0];

  return {
    get since() {
      return log.length;
    },
    async announce(batch) {
      log.push(unseenOf(batch));
      number += 1;
      await stored(() => store.remember(UNSEEN, JSON.stringify({ from: number - log.length, batches: log })));
    },
    async save({ unseen, read, time }) {
      const next = slot === SLOTS[0] ? SLOTS[1] : SLOTS[0];
      const parts: string[] = [];
      for (const [name, text] of mind.parts()) {
        await turn();
        await stored(() => store.remember(`${next}/${name}`, text));
        parts.push(name);
        await turn();
      }
      const memory = { from: number, unseen, read, slot: next, parts, ...(time === undefined ? {} : { time }) };
      // From here on the new one holds.
      await stored(() => store.remember(MEMORY, JSON.stringify(memory)));
      slot = next;
      log = [];
    },
    async resume() {
      const memory = parsed(await store.memory(MEMORY), memorySchema);
      const later = parsed(await store.memory(UNSEEN), unseenSchema);
      if (memory === undefined && later === undefined) return undefined;
      number = Math.max(memory?.from ?? 0, (later?.from ?? 0) + (later?.batches.length ?? 0));
      const unseen = [
        ...(memory?.unseen ?? []),
        ...(later?.batches.filter((_, i) => later.from + i >= (memory?.from ?? 0)) ?? []),
      ];
      const lost: string[] = [];
      if (memory?.mind !== undefined) lost.push(...mind.load(memory.mind));
      if (memory?.slot !== undefined) {
        slot = memory.slot;
        for (const name of memory.parts ?? []) {
          const text = await store.memory(`${slot}/${name}`);
          if (text === undefined || !mind.loadPart(name, text)) lost.push(name);
          await turn();
        }
      }
      return { unseen, lost, read: memory?.read, time: memory?.time };
    },
  };
}

function parsed<T>(text: string | undefined, schema: z.ZodType<T>): T | undefined {
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
