import type { Follower } from '../collect/follow/follower.ts';
import { LookError } from '../model/errors.ts';
import type { Batch, EventStore, Signal, Sink, WatchEvent } from '../model/watch.ts';
import type { IncidentChange } from '../reason/watch/incidents.ts';
import { deliverer } from './watch-deliver.ts';
import { watchMemory } from './watch-memory.ts';
import type { Mind } from './watch-mind.ts';
import { type WatchTime, watchTime } from './watch-time.ts';
import { eventsOf, unseenOf } from './watch-unseen.ts';
import { pause, waker } from './watch-wait.ts';

export interface WatchParts {
  readonly followers: readonly Follower[];
  readonly store: EventStore;
  readonly mind: Mind;
  readonly sinks: readonly Sink[];
  /** Reads to the end, by the time of the events, and returns. */
  readonly once: boolean;
  /** What is older goes, and the oldest beyond so many bytes. Undefined: nothing goes. */
  readonly keep?: { readonly ms: number; readonly maxBytes?: number };
  /** How often the detectors' memory is stored; default once a minute. */
  readonly saveMs?: number;
  now(): number;
  /** What was read, after the store has taken it. */
  onBatch?(batch: Batch): void;
  onSignals?(signals: readonly Signal[]): void;
  onChange?(change: IncidentChange): void;
  /** A minute of the watched time is over. */
  onMinute?(minute: number): void;
  /** What somebody who watches has to know; foreign text in it is raw. */
  onNote(note: string): void;
}

const SAVE_MS = 60_000;
const SAVE_BATCHES = 200;
/** Often, so that little has to go at a time. */
const PRUNE_MS = 60_000;
const POLL_MS = 1000;
/** Lines that come one by one are taken together. */
const GATHER_MS = 150;
const STORE_WAITS_MS = [500, 1000, 2000, 4000, 8000];

interface Held {
  readonly follower: Follower;
  batch: Batch | undefined;
  next: number;
}

/**
 * Reads, stores, detects, until the signal, or with `once` to the end. What holds, whenever the process is killed:
 *
 * - Places and events are stored in one transaction, and ids name lines: the store has each line once.
 * - The detectors' memory is stored together with which events of the store it does not hold (a list of ranges of ids, to which
 *   a batch is added before the store is given it). After a restart these are read from the store and seen first. So the
 *   memory that goes on has seen each event of the store exactly once, but it may see those of the last minute in another process.
 * - Signals, incidents and sinks get what happened at least once: what was killed between is done again, with the same ids.
 *
 * @throws LookError when the store can no longer be written, or a source never be read.
 */
export async function watchLoop(parts: WatchParts, signal: AbortSignal): Promise<void> {
  const { followers, store, mind, sinks, once, keep, saveMs = SAVE_MS, now, onNote } = parts;
  const held: Held[] = followers.map((follower) => ({ follower, batch: undefined, next: 0 }));
  const deliver = deliverer(sinks, onNote);
  let time: WatchTime = watchTime(once ? undefined : now);
  let savedAt = now();
  let prunedAt = Number.NEGATIVE_INFINITY;
  let pruning = false;
  let read = { lines: 0, unparsed: 0 };

  /** What the store refuses for a while is given to it again; then it is over, and what it did not take is read again. */
  async function stored<T>(write: () => Promise<T>): Promise<T> {
    for (let i = 0; ; i++) {
      try {
        return await write();
      } catch (error) {
        const wait = STORE_WAITS_MS[i];
        if (!(error instanceof LookError) || wait === undefined || signal.aborted) throw error;
        if (i === 0) onNote(`the store: ${error.message}; trying again`);
        await pause(wait, signal);
      }
    }
  }

  const memory = watchMemory(store, mind, stored);

  async function tick(minutes: readonly number[]): Promise<void> {
    for (const minute of minutes) {
      mind.tick(minute, read);
      read = { lines: 0, unparsed: 0 };
      await speak();
      parts.onMinute?.(minute);
    }
  }

  async function speak(): Promise<void> {
    const { signals, changes } = mind.drain();
    if (signals.length > 0) {
      parts.onSignals?.(signals);
      deliver.signals(signals);
    }
    for (const change of changes) {
      await stored(() => store.putIncident(change.incident));
      parts.onChange?.(change);
      await deliver.incident(change);
    }
  }

  async function save(): Promise<void> {
    const unseen = held.flatMap(({ batch, next }) => (batch === undefined ? [] : [unseenOf(batch, next)]));
    await memory.save({ unseen, read, time: time.now });
    savedAt = now();
  }

  /** Takes up the memory, and sees what it has not seen. */
  async function resume(): Promise<void> {
    const before = await memory.resume();
    if (before === undefined) return adopt();
    for (const name of before.lost) onNote(`what ${name} had learnt could not be read; it starts anew`);
    if (before.read !== undefined) read = before.read;
    if (before.time !== undefined) time = watchTime(once ? undefined : now, before.time);
    for (const one of before.unseen) {
      for (const event of await eventsOf(store, one)) {
        const minutes = time.event(event.at);
        if (minutes.length > 0) await tick(minutes);
        mind.see(event);
      }
      read = { lines: read.lines + one.lines.all, unparsed: read.unparsed + one.lines.unparsed };
      await speak();
    }
    await adopt();
    await save();
  }

  /** Takes up what is open in the store and nobody remembers, so that it is closed one day. */
  async function adopt(): Promise<void> {
    const known = new Set(mind.open().map(({ id }) => id));
    const open = await store.incidents({ since: 0, state: 'open' });
    mind.restore(open.filter(({ id }) => !known.has(id)));
  }

  async function take(one: Held, batch: Batch): Promise<void> {
    if (batch.events.length > 0) await memory.announce(batch);
    // What was not delivered is not stored either, and is read again.
    if (!(await deliver.batch(batch, signal))) return;
    await stored(() => store.put(batch));
    parts.onBatch?.(batch);
    if (batch.events.length > 0) {
      one.batch = batch;
      one.next = 0;
    } else read = { lines: read.lines + batch.lines.all, unparsed: read.unparsed + batch.lines.unparsed };
  }

  /** Fills up what is empty. Returns whether anything was read. */
  async function fill(): Promise<boolean> {
    let some = false;
    for (const one of held) {
      if (one.batch !== undefined || signal.aborted) continue;
      const batch = await one.follower.next();
      if (batch === undefined) continue;
      some = true;
      await take(one, batch);
    }
    return some;
  }

  /** Sees events in the order of their stamps, as far as it is known: until one of the sources has to be asked again. */
  async function feed(): Promise<void> {
    const full = held.filter((one) => one.batch !== undefined);
    const at = (one: Held): number => one.batch?.events[one.next]?.at ?? Number.POSITIVE_INFINITY;
    while (full.length > 0) {
      let first = full[0] as Held;
      let second = Number.POSITIVE_INFINITY;
      for (const one of full.slice(1)) {
        if (at(one) < at(first)) {
          second = at(first);
          first = one;
        } else second = Math.min(second, at(one));
      }
      const { events, lines } = first.batch as Batch;
      const from = first.next;
      do {
        const event = events[first.next] as WatchEvent;
        const minutes = time.event(event.at);
        // Nothing is saved in between, so an event is either seen or still to be.
        if (minutes.length > 0) await tick(minutes);
        mind.see(event);
        first.next += 1;
      } while (first.next < events.length && at(first) <= second);
      const share = (n: number): number =>
        Math.floor((n * first.next) / events.length) - Math.floor((n * from) / events.length);
      read = { lines: read.lines + share(lines.all), unparsed: read.unparsed + share(lines.unparsed) };
      if (first.next === events.length) {
        first.batch = undefined;
        break;
      }
    }
    await speak();
  }

  /** Beside the loop: the first time, or after `keep` was made less, it can take minutes. */
  function prune(): void {
    if (keep === undefined || once || pruning || now() - prunedAt < PRUNE_MS) return;
    prunedAt = now();
    pruning = true;
    const { ms, maxBytes } = keep;
    store
      .prune({ since: now() - ms, ...(maxBytes === undefined ? {} : { maxBytes }) })
      .catch((error: Error) => onNote(`the store could not be made smaller: ${error.message}`))
      .finally(() => {
        pruning = false;
      });
  }

  const wake = waker(signal);
  for (const follower of followers) follower.onChange(wake.call);
  try {
    await resume();
    while (!signal.aborted) {
      const some = await fill();
      const any = held.some((one) => one.batch !== undefined);
      if (any) await feed();
      else if (!some) {
        if (once) break;
        await tick(time.clock(now()));
        await speak();
        if (now() - savedAt >= saveMs) await save();
        prune();
        await wake.wait(POLL_MS, GATHER_MS);
        continue;
      }
      if (memory.since >= SAVE_BATCHES || now() - savedAt >= saveMs) await save();
      prune();
    }
    await save();
  } finally {
    for (const follower of followers) await follower.close();
    await deliver.close();
  }
}
