import { createHash } from 'node:crypto';
import type { BrokerAddress } from '../collect/broker/address.ts';
import { type Consumed, consumeEvents } from '../collect/broker/consume.ts';
import type { Timing } from '../collect/broker/lease.ts';
import type { Parcel } from '../collect/broker/message.ts';
import type { PartWork } from '../collect/broker/part.ts';
import type { Batch, EventStore, Signal, WatchEvent } from '../model/watch.ts';
import type { IncidentChange } from '../reason/watch/incidents.ts';
import { partTime } from './central-time.ts';
import type { Mind } from './watch-mind.ts';

export interface CentralOptions {
  readonly address: BrokerAddress;
  readonly store: EventStore;
  readonly timing?: Timing;
  /** One for each part of the hosts that this process has. */
  mind(): Mind;
  /** What was stored. */
  onBatch?(batch: Batch): Promise<void> | void;
  onSignals?(signals: readonly Signal[]): void;
  onChange?(change: IncidentChange): Promise<void> | void;
  onState?(state: 'trouble' | 'parts', says: string): void;
}

/** Ids that were seen lately, of each part: an agent that was killed may publish a few events again in another message. */
const RECENT = 20_000;
const SAVE_MS = 60_000;

/**
 * Stores what agents publish, and lets detectors see it, host by host. Events are acknowledged to the broker after the store
 * has committed them and detectors have seen them. Detectors see the events of a host in their order, each at least once;
 * again only those that a consumer which died had not acknowledged, while what it had learnt in its last minute goes with it.
 * @throws LookError when the broker cannot be reached at the start
 */
export async function watchCentral(
  options: CentralOptions,
  signal: AbortSignal,
): Promise<{ counts(): Consumed; readonly ended: Promise<void> }> {
  const kept = new Map<number, PartMemory>();
  return await consumeEvents(
    {
      address: options.address,
      work: (part) => partWork(part, options, kept),
      ...(options.timing && { timing: options.timing }),
      ...(options.onState && { onState: options.onState }),
    },
    signal,
  );
}

/** What this process knows of a part of the hosts. */
interface PartMemory {
  readonly mind: Mind;
  readonly time: ReturnType<typeof partTime>;
  /** Ids of events that were seen lately, oldest first. */
  readonly recent: Set<string>;
  /** Incidents that the store has not taken yet: one that is away does not make them be forgotten. */
  readonly unsaid: IncidentChange[];
  /** Of what the store remembers of the part, as this process has last read or written it. */
  saved: string;
}

const digest = (text: string | undefined): string =>
  createHash('sha256')
    .update(text ?? '')
    .digest('base64');

/**
 * A part that comes back to this process, with nobody else having saved anything of it, goes on with what was kept: it may
 * know more than the store does, and has seen what the broker now gives out again.
 */
async function memoryOf(
  part: number,
  name: string,
  options: CentralOptions,
  kept: Map<number, PartMemory>,
): Promise<PartMemory> {
  const saved = await options.store.memory(name);
  const known = kept.get(part);
  if (known?.saved === digest(saved)) return known;
  const mind = options.mind();
  for (const lost of saved === undefined ? [] : mind.load(saved))
    options.onState?.('trouble', `what ${lost} had learnt of part ${part} cannot be read`);
  const made = { mind, time: partTime(), recent: new Set<string>(), unsaid: [], saved: digest(saved) };
  kept.set(part, made);
  return made;
}

async function partWork(part: number, options: CentralOptions, kept: Map<number, PartMemory>): Promise<PartWork> {
  const { store, address } = options;
  const name = `central/${address.stream}/${part}`;
  const memory = await memoryOf(part, name, options, kept);
  const { mind, time, recent, unsaid } = memory;
  let savedAt = performance.now();

  const isNew = ({ id }: WatchEvent): boolean => {
    if (recent.has(id)) return false;
    recent.add(id);
    if (recent.size > RECENT) for (const oldest of recent) return recent.delete(oldest);
    return true;
  };
  const speak = async (): Promise<void> => {
    const { signals, changes } = mind.drain();
    if (signals.length > 0) options.onSignals?.(signals);
    unsaid.push(...changes);
    for (let [change] = unsaid; change !== undefined; [change] = unsaid) {
      await store.putIncident(change.incident);
      await options.onChange?.(change);
      unsaid.shift();
    }
  };
  const save = async (): Promise<void> => {
    const text = mind.save();
    await store.remember(name, text);
    memory.saved = digest(text);
    savedAt = performance.now();
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
      await options.onBatch?.(batch);
      for (const event of events.filter(isNew)) {
        for (const { minute, read } of time.event(event.at)) mind.tick(minute, read);
        mind.see(event);
      }
      time.read(lines.all, lines.unparsed);
      await speak();
      if (performance.now() - savedAt > SAVE_MS) await save();
    },
    async idle() {
      for (const { minute, read } of time.clock()) mind.tick(minute, read);
      await speak();
      if (performance.now() - savedAt > SAVE_MS) await save();
    },
    async close() {
      await speak();
      await save();
    },
  };
}
