import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer, JsMsg } from '@nats-io/jetstream';
import { type Broker, causeOf } from '../broker/connect.ts';
import {
  addressed,
  ensureLane,
  ensureQueue,
  isThere,
  laneConsumer,
  queueSubjects,
  resultStream,
  workStream,
} from './streams.ts';

/** A message of a lane, as it came. */
export interface Taken {
  readonly data: Uint8Array;
  /** 1 at first; one more for each worker that had it and did not answer. */
  readonly deliveries: number;
  readonly run: string;
}

export interface TakeOptions {
  readonly lane: string;
  /** Jobs that are held at the same time; no more than that are fetched. */
  readonly width: number;
  /** The result to send; undefined when `signal` ended it. Never rejects. */
  work(job: Taken, signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** `answered`: a result was sent. `again`: there was one already. `back`: given back unanswered. `lost`: held for too long out of the broker's reach. */
  count(what: 'answered' | 'again' | 'back' | 'lost' | 'unreadable'): void;
  onTrouble(why: string): void;
}

const FETCH = { expires: 3000, idle_heartbeat: 1000 } as const;
/** A fetch that outlasts that was forgotten by a broker that went away. */
const FETCH_MS = 10_000;
/** How long what is held may take to finish after the end was asked for. */
const GRACE_MS = 8000;
/** A result whose job may be another's by now is still worth sending for so long: the first one counts, and the other worker sees it. */
const LATE_MS = 60_000;
const PAUSE_MS = { first: 250, most: 5000 } as const;

interface Held {
  readonly message: JsMsg;
  readonly own: AbortController;
  /** When the broker was last surely told that this worker lives; milliseconds of `performance.now`. */
  told: number;
}

/**
 * Takes jobs of a lane until `signal`; then what is held is finished, or given back when it takes too long. A job is this worker's for
 * as long as the broker confirms it: when it does not for most of the time after which it gives the job to another, what is being done
 * is ended, so that two workers never ask one host at a time.
 */
export async function takeWork(broker: Broker, o: TakeOptions, signal: AbortSignal): Promise<void> {
  const held = new Map<Held, Promise<void>>();
  const hard = new AbortController();
  let ackWaitMs = 30_000;
  let consumer: Consumer | undefined;
  const start = (message: JsMsg): void => {
    const one: Held = { message, own: new AbortController(), told: performance.now() };
    const ended = handled(broker, o, one, hard.signal)
      .catch((error) => o.onTrouble(causeOf(error)))
      .finally(() => held.delete(one));
    held.set(one, ended);
  };
  const beat = async (): Promise<void> => {
    const now = performance.now();
    const timeout = Math.max(ackWaitMs / 3, 1000);
    const confirmed = [...held.keys()].map(async (one) => {
      if (now - one.told > ackWaitMs * 0.7) one.own.abort();
      await broker.connection.request(replyOf(one.message), '+WPI', { timeout });
      one.told = now;
    });
    await Promise.allSettled(confirmed);
  };
  let beating: NodeJS.Timeout | undefined;
  const taking = async (): Promise<void> => {
    if (consumer === undefined) {
      await ensureQueue(broker);
      ({ ackWaitMs } = await ensureLane(broker, o.lane));
      consumer = await broker.client.consumers.get(workStream(broker.stream), laneConsumer(o.lane));
      clearInterval(beating);
      beating = setInterval(() => void beat(), ackWaitMs / 6);
    }
    const free = o.width - held.size;
    if (free < 1) return void (await Promise.race(held.values()));
    const batch = await consumer.fetch({ max_messages: free, ...FETCH });
    const guard = setTimeout(() => void batch.close(), FETCH_MS);
    try {
      for await (const message of batch) {
        if (!signal.aborted) start(message);
        else giveBack(message);
      }
    } finally {
      clearTimeout(guard);
    }
  };
  const giveBack = (message: JsMsg): void => {
    message.nak();
    o.count('back');
  };
  while (!signal.aborted) {
    try {
      await taking();
    } catch (error) {
      // Missed heartbeats are what a broker that chooses a leader, or a busy machine, looks like.
      if (!/heartbeats missed/i.test(causeOf(error))) {
        o.onTrouble(causeOf(error));
        consumer = undefined;
      }
      await sleep(500, undefined, { signal }).catch(() => undefined);
    }
  }
  const last = setTimeout(() => hard.abort(), GRACE_MS);
  await Promise.all(held.values());
  clearTimeout(last);
  clearInterval(beating);
}

/** Where a message is acknowledged; its type does not tell. */
const replyOf = (message: JsMsg): string => (message as JsMsg & { readonly reply: string }).reply;

async function handled(broker: Broker, o: TakeOptions, held: Held, hard: AbortSignal): Promise<void> {
  const { message, own } = held;
  const about = addressed(message.subject);
  if (about === undefined) {
    o.count('unreadable');
    return void message.term();
  }
  const subject = queueSubjects(broker.stream).result(about.run, about.key);
  // Its first worker may have died between the answer and the acknowledgement.
  if (message.redelivered && (await answered(broker, subject))) {
    o.count('again');
    return await acknowledged(broker, message);
  }
  const job = { data: message.data, deliveries: message.info.deliveryCount, run: about.run };
  const data = await o.work(job, AbortSignal.any([own.signal, hard]));
  if (data === undefined) {
    o.count(own.signal.aborted ? 'lost' : 'back');
    if (!own.signal.aborted) message.nak();
    return;
  }
  if (await sent(broker, o, held, { subject, data, run: about.run, key: about.key }, hard))
    await acknowledged(broker, message);
}

async function answered(broker: Broker, subject: string): Promise<boolean> {
  try {
    const found = await broker.manager.streams.getMessage(resultStream(broker.stream), { last_by_subj: subject });
    return found !== null;
  } catch {
    return false;
  }
}

/** Sends a result until the broker has it; one that is there already is as good. False when it was given up. */
async function sent(
  broker: Broker,
  o: TakeOptions,
  { message, own, told }: Held,
  {
    subject,
    data,
    run,
    key,
  }: { readonly subject: string; readonly data: Uint8Array; readonly run: string; readonly key: string },
  hard: AbortSignal,
): Promise<boolean> {
  // Of this job: the same host of a run that begins anew is another.
  const msgID = `${run}.${key}.${message.seq}`;
  for (let pause: number = PAUSE_MS.first; ; pause = Math.min(pause * 2, PAUSE_MS.most)) {
    try {
      const { duplicate } = await broker.client.publish(subject, data, { msgID, expect: { lastSubjectSequence: 0 } });
      o.count(duplicate ? 'again' : 'answered');
      return true;
    } catch (error) {
      if (isThere(error)) {
        o.count('again');
        return true;
      }
      o.onTrouble(causeOf(error));
    }
    if (hard.aborted || (own.signal.aborted && performance.now() - told > LATE_MS)) {
      o.count('lost');
      if (!own.signal.aborted) message.nak();
      return false;
    }
    await sleep(pause, undefined, { signal: hard }).catch(() => undefined);
  }
}

/** Until the broker confirms it; when it never does, the job comes to somebody again, who finds the result. */
async function acknowledged(broker: Broker, message: JsMsg): Promise<void> {
  for (let tries = 0; tries < 5; tries++) {
    try {
      await broker.connection.request(replyOf(message), '+ACK', { timeout: 3000 });
      return;
    } catch {
      await sleep(PAUSE_MS.first);
    }
  }
}
