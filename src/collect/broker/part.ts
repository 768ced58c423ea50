import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import { type Broker, causeOf } from './connect.ts';
import { type Parcel, partName } from './message.ts';
import type { PartSource } from './part-source.ts';
import { subjectsOf } from './streams.ts';

/** What is done with the messages of a part (of the hosts, or of what is seen across them), by the one consumer that has it. */
export interface PartWork<Content = Parcel> {
  /** Returns when all of it is stored; is called again with the same when it throws. Parcels of a host are in order. */
  take(contents: readonly Content[]): Promise<void>;
  /** Nothing has come for a while, though the broker answers. */
  idle(): Promise<void>;
  /** The part goes to another, or the consumer ends. */
  close(): Promise<void>;
}

export interface PartOptions<Content> {
  readonly part: number;
  readonly source: PartSource<Content>;
  /** Whether no message of a former owner can be given out again later than what is new. */
  readonly orphaned: boolean;
  readonly ackWaitMs: number;
  /** Whether the part is surely still this consumer's. */
  holds(): boolean;
  work(): Promise<PartWork<Content>>;
  count(what: 'messages' | 'events' | 'dead' | 'again', by?: number): void;
  onTrouble(why: string): void;
}

/** So many messages are asked for ahead, and stored at once. */
const AHEAD = 32;
const IDLE_MS = 20_000;
const PAUSE_MS = { first: 250, most: 5000 } as const;

/** Consumes one part until `signal`: then what is being stored is finished, and what was fetched ahead is given back. */
export function startPart<Content>(
  broker: Broker,
  options: PartOptions<Content>,
  signal: AbortSignal,
): { working(): void; readonly ended: Promise<void> } {
  const { source } = options;
  const queue: JsMsg[] = [];
  let taken: JsMsg[] = [];
  let wake = (): void => undefined;
  signal.addEventListener('abort', () => wake());

  const run = async (): Promise<void> => {
    if (!options.orphaned) await settled(broker, options, signal);
    if (signal.aborted) return;
    const consumer = await broker.client.consumers.get(source.stream, source.consumer);
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
  const worked = async (work: PartWork<Content>, messages: ConsumerMessages): Promise<void> => {
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
      const contents = await contentsTaken();
      if (await stored(work, contents)) for (const message of taken) message.ack();
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
  const contentsTaken = async (): Promise<readonly Content[]> => {
    const contents: Content[] = [];
    for (const message of taken) {
      options.count('messages');
      if (message.redelivered) options.count('again');
      const content = source.read(message);
      if (typeof content !== 'string') contents.push(content);
      else if (await buried(broker, options, message, content, signal)) options.count('dead');
    }
    return contents;
  };
  /** Tried until it is stored, however long the store is away; false when the part is lost meanwhile. */
  const stored = async (work: PartWork<Content>, contents: readonly Content[]): Promise<boolean> => {
    for (let pause: number = PAUSE_MS.first; options.holds(); pause = Math.min(pause * 2, PAUSE_MS.most)) {
      try {
        if (contents.length > 0) await work.take(contents);
        options.count(
          'events',
          contents.reduce((sum, content) => sum + source.events(content), 0),
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
  { manager }: Broker,
  { source: { stream, consumer }, ackWaitMs }: PartOptions<unknown>,
  signal: AbortSignal,
): Promise<void> {
  const until = performance.now() + ackWaitMs + 1000;
  while (!signal.aborted && performance.now() < until) {
    const info = await manager.consumers.info(stream, consumer).catch(() => undefined);
    if (info?.num_ack_pending === 0) return;
    await sleep(250, undefined, { signal }).catch(() => undefined);
  }
}

/** Puts a message that nobody can read where it is out of the way, with what is wrong with it. */
async function buried(
  broker: Broker,
  {
    part,
    source,
    onTrouble,
    holds,
  }: Pick<PartOptions<unknown>, 'part' | 'holds' | 'onTrouble'> & { readonly source: { readonly stream: string } },
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
      const msgID = `${source.stream}-${message.seq}`;
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
