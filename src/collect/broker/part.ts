import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import { type Broker, causeOf } from './connect.ts';
import { decoded, hostToken, type Parcel, partName, partOf } from './message.ts';
import { subjectsOf } from './streams.ts';

/** What is done with the events of a part of the hosts, by the one consumer that has it. */
export interface PartWork {
  /** Returns when all of it is stored; is called again with the same when it throws. Parcels of a host are in order. */
  take(parcels: readonly Parcel[]): Promise<void>;
  /** Nothing has come for a while, though the broker answers. */
  idle(): Promise<void>;
  /** The part goes to another, or the consumer ends. */
  close(): Promise<void>;
}

export interface PartOptions {
  readonly part: number;
  /** Whether no message of a former owner can be given out again later than what is new. */
  readonly orphaned: boolean;
  readonly ackWaitMs: number;
  /** Whether the part is surely still this consumer's. */
  holds(): boolean;
  work(): Promise<PartWork>;
  count(what: 'messages' | 'events' | 'dead' | 'again', by?: number): void;
  onTrouble(why: string): void;
}

/** So many messages are asked for ahead, and stored at once. */
const AHEAD = 32;
const IDLE_MS = 20_000;
const PAUSE_MS = { first: 250, most: 5000 } as const;

export const consumerName = (part: number): string => `part-${partName(part)}`;

/** Consumes one part until `signal`: then what is being stored is finished, and what was fetched ahead is given back. */
export function startPart(
  broker: Broker,
  options: PartOptions,
  signal: AbortSignal,
): { working(): void; readonly ended: Promise<void> } {
  const queue: JsMsg[] = [];
  let taken: JsMsg[] = [];
  let wake = (): void => undefined;
  signal.addEventListener('abort', () => wake());

  const run = async (): Promise<void> => {
    if (!options.orphaned) await settled(broker, options, signal);
    if (signal.aborted) return;
    const consumer = await broker.client.consumers.get(broker.stream, consumerName(options.part));
    const messages = await consumer.consume({
      max_messages: AHEAD,
      expires: 10_000,
      idle_heartbeat: 2000,
      callback: (message) => {
        queue.push(message);
        wake();
      },
    });
    const work = await options.work();
    try {
      await worked(work, messages);
    } finally {
      await messages.close();
      for (const message of queue.splice(0)) message.nak();
      await work.close();
    }
  };
  const worked = async (work: PartWork, messages: ConsumerMessages): Promise<void> => {
    let over = false;
    void messages.closed().then(() => {
      over = true;
      wake();
    });
    while (!signal.aborted && !over) {
      if (queue.length === 0 && !(await woken())) {
        if (options.holds()) await work.idle().catch((error) => options.onTrouble(causeOf(error)));
        continue;
      }
      if (signal.aborted || over) continue;
      taken = queue.splice(0, AHEAD);
      const parcels = await parcelsTaken();
      if (await stored(work, parcels)) for (const message of taken) message.ack();
      else for (const message of taken) message.nak();
      taken = [];
    }
  };
  const woken = (): Promise<boolean> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), IDLE_MS);
      wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  const parcelsTaken = async (): Promise<readonly Parcel[]> => {
    const parcels: Parcel[] = [];
    for (const message of taken) {
      options.count('messages');
      if (message.redelivered) options.count('again');
      const parcel = parcelIn(message, options.part);
      if (typeof parcel !== 'string') parcels.push(parcel);
      else if (await buried(broker, options, message, parcel, signal)) options.count('dead');
    }
    return parcels;
  };
  /** Tried until it is stored, however long the store is away; false when the part is lost meanwhile. */
  const stored = async (work: PartWork, parcels: readonly Parcel[]): Promise<boolean> => {
    for (let pause: number = PAUSE_MS.first; options.holds(); pause = Math.min(pause * 2, PAUSE_MS.most)) {
      try {
        if (parcels.length > 0) await work.take(parcels);
        options.count(
          'events',
          parcels.reduce((sum, { events }) => sum + events.length, 0),
        );
        return true;
      } catch (error) {
        options.onTrouble(causeOf(error));
        if (signal.aborted) return false;
        await sleep(pause, undefined, { signal }).catch(() => undefined);
      }
    }
    return false;
  };
  return {
    ended: run(),
    working: () => {
      for (const message of [...taken, ...queue]) message.working();
    },
  };
}

/** Waits until a former owner's messages are stored, or are due to be given out again, which comes before what is new. */
async function settled(
  { manager, stream }: Broker,
  { part, ackWaitMs }: PartOptions,
  signal: AbortSignal,
): Promise<void> {
  const until = performance.now() + ackWaitMs + 1000;
  while (!signal.aborted && performance.now() < until) {
    const info = await manager.consumers.info(stream, consumerName(part)).catch(() => undefined);
    if (info?.num_ack_pending === 0) return;
    await sleep(250, undefined, { signal }).catch(() => undefined);
  }
}

/**
 * The parcel of a message, or what is wrong with it. The subject has to be its host's: where a broker allows an agent its own
 * subject only, it cannot write events of another host.
 */
function parcelIn(message: JsMsg, part: number): Parcel | string {
  const parcel = decoded(message.data);
  if (typeof parcel === 'string') return parcel;
  const token = message.subject.split('.').slice(3).join('.');
  if (
    partOf(parcel.host) !== part ||
    token !== hostToken(parcel.host) ||
    parcel.events.some(({ host }) => host !== parcel.host)
  )
    return 'its events are of another host than its subject';
  return parcel;
}

/** Puts a message that nobody can read where it is out of the way, with what is wrong with it. */
async function buried(
  broker: Broker,
  { part, onTrouble, holds }: PartOptions,
  message: JsMsg,
  why: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { headers } = await import('./nats.ts');
  const about = headers();
  about.set('Sshwhy-Subject', message.subject);
  about.set('Sshwhy-Reason', why.replace(/[^\x20-\x7e]/g, '?'));
  about.set('Sshwhy-Sequence', String(message.seq));
  const { client, stream } = broker;
  while (holds() && !signal.aborted) {
    try {
      const msgID = `${stream}-${message.seq}`;
      const ack = await client.publish(`${subjectsOf(stream).dead}.${partName(part)}`, message.data, {
        headers: about,
        msgID,
      });
      return !ack.duplicate;
    } catch (error) {
      onTrouble(causeOf(error));
      await sleep(1000, undefined, { signal }).catch(() => undefined);
    }
  }
  throw new Error('a message that cannot be read could not be put aside');
}
