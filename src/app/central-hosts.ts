import { randomUUID } from 'node:crypto';
import type { Hand } from '../collect/broker/consume.ts';
import { MOST, type Parcel } from '../collect/broker/message.ts';
import type { PartWork } from '../collect/broker/part.ts';
import type { Batch, EventStore } from '../model/watch.ts';
import type { HostWord } from '../reason/watch/host-words.ts';
import type { PartMemory } from './central-memory.ts';
import type { HostsMind } from './central-minds.ts';

export interface HostsOptions {
  readonly store: EventStore;
  onBatch?(batch: Batch): Promise<void> | void;
}

/** How many of the first words go into one message: one at least. */
function fitting(words: readonly HostWord[]): number {
  let [count, bytes] = [0, 0];
  for (const word of words) {
    bytes += Buffer.byteLength(JSON.stringify(word));
    if (count === MOST.events || (count > 0 && bytes > MOST.bytes)) break;
    count += 1;
  }
  return count;
}

/** What was not handed on yet, of each part: a broker that is away does not make it be forgotten. */
const waiting = new WeakMap<HostsMind, { words: HostWord[]; sent: number; id: string }>();

/** Stores the events of a part of the hosts, judges them host by host, and hands on what that came to. */
export function hostsWork(memory: PartMemory<HostsMind>, { store, onBatch }: HostsOptions, hand: Hand): PartWork {
  const { name, mind, time } = memory;
  const queue = waiting.get(mind) ?? { words: [], sent: 0, id: '' };
  waiting.set(mind, queue);

  /** The same words in the same message until the broker has them, whatever comes meanwhile. */
  const speak = async (): Promise<void> => {
    for (const word of mind.drain()) queue.words.push(word);
    while (queue.words.length > 0) {
      if (queue.sent === 0) Object.assign(queue, { sent: fitting(queue.words), id: randomUUID() });
      await hand(queue.words.slice(0, queue.sent), queue.id);
      queue.words.splice(0, queue.sent);
      queue.sent = 0;
    }
  };
  return {
    async take(parcels: readonly Parcel[]) {
      const events = parcels.flatMap((parcel) => parcel.events);
      const sum = (what: keyof Parcel['lines']): number => parcels.reduce((total, { lines }) => total + lines[what], 0);
      const lines = { all: sum('all'), unparsed: sum('unparsed'), other: sum('other') };
      const last = events.at(-1);
      const place = { source: name, cursor: last === undefined ? '' : `${last.at} ${last.id}` };
      const batch = { events, place, lines };
      if (last !== undefined) await store.put(batch);
      await onBatch?.(batch);
      for (const event of events.filter(memory.isNew)) {
        for (const { minute, read } of time.event(event.at)) mind.tick(minute, read);
        mind.see(event);
      }
      time.read(lines.all, lines.unparsed);
      await speak();
      await memory.saveIfDue();
    },
    async idle() {
      for (const { minute, read } of time.clock()) mind.tick(minute, read);
      await speak();
      await memory.saveIfDue();
    },
    async close() {
      await speak();
      await memory.save();
    },
  };
}
