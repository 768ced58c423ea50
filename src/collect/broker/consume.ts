import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostWord } from '../../reason/watch/host-words.ts';
import type { BrokerAddress } from './address.ts';
import { type Broker, causeOf, connectBroker } from './connect.ts';
import { type Lease, leaser, TIMING, type Timing } from './lease.ts';
import { ACROSS, PARTS, partName } from './message.ts';
import { type PartWork, startPart } from './part.ts';
import { acrossSource, consumerName, hostsSource } from './part-source.ts';
import { acrossStream, ensureStreams, subjectsOf } from './streams.ts';
import { encodedWords } from './words.ts';

export interface ConsumeOptions {
  readonly address: BrokerAddress;
  readonly timing?: Timing;
  /** Called when this consumer gets a part of the hosts; it hands on what concerns whoever watches across all of them. */
  work(part: number, hand: Hand): Promise<PartWork>;
  /** Called when this consumer is to watch across all hosts: it gets what is handed on by those who have them. */
  across(): Promise<PartWork<readonly HostWord[]>>;
  /** Told of what keeps events from being stored now, and of the parts that this consumer has. */
  onState?(state: 'trouble' | 'parts', says: string): void;
}

/** Returns when the broker has them. `id` names the words, so that handing them on again is known for what it is. */
export type Hand = (words: readonly HostWord[], id: string) => Promise<void>;

export interface Consumed {
  /** Of messages: taken, given out more than once, put aside because nobody can read them. */
  readonly messages: number;
  readonly again: number;
  readonly dead: number;
  readonly events: number;
  /** Of the hosts; one number more is of what is across. */
  readonly parts: readonly number[];
}

interface Running {
  readonly ended: Promise<void>;
  readonly stop: AbortController;
  working(): void;
}

/**
 * Consumes events until `signal`, sharing the hosts with all that do the same. A message is acknowledged when its events are
 * stored. All of a host is seen by one consumer at a time, in the order in which its agent published it; when a consumer dies,
 * its part is another's within `leaseMs`, which sees again what was not acknowledged.
 * @throws LookError when the broker cannot be reached at the start
 */
export async function consumeEvents(
  options: ConsumeOptions,
  signal: AbortSignal,
): Promise<{ counts(): Consumed; readonly ended: Promise<void> }> {
  const timing = options.timing ?? TIMING;
  const broker = await connectBroker(options.address, 'sshwhy central');
  const me = `${hostname()}-${process.pid}-${randomBytes(4).toString('hex')}`;
  const lease = leaser(() => broker, me, timing);
  const count = { messages: 0, events: 0, dead: 0, again: 0 };
  const running = new Map<number, Running>();
  const released = new Set<number>();
  let ready = false;
  let told: string | undefined;
  const trouble = (why: string): void => {
    // A stream or a consumer was taken away, or the broker is a new one.
    if (/no responders|not found/i.test(why)) ready = false;
    options.onState?.('trouble', why);
  };

  const hand: Hand = async (words, id) => {
    await broker.client.publish(subjectsOf(broker.stream).across, encodedWords(words), { msgID: id });
  };
  const stop = (part: number): void => {
    const one = running.get(part);
    if (one === undefined || one.stop.signal.aborted) return;
    one.stop.abort();
  };
  const start = (part: number, orphaned: boolean): void => {
    const own = new AbortController();
    const common = { part, orphaned, ackWaitMs: timing.ackWaitMs, holds: lease.holds, onTrouble: trouble };
    const started =
      part === ACROSS
        ? startPart(
            broker,
            {
              ...common,
              source: acrossSource(broker.stream),
              work: options.across,
              // Their events came in other messages, and are counted there.
              count: (what, by = 1) => void (what === 'dead' && (count.dead += by)),
            },
            own.signal,
          )
        : startPart(
            broker,
            {
              ...common,
              source: hostsSource(broker.stream, part),
              work: () => options.work(part, hand),
              count: (what, by = 1) => void (count[what] += by),
            },
            own.signal,
          );
    const ended = started.ended
      .catch((error) => trouble(`${part === ACROSS ? 'all hosts' : `part ${part} of the hosts`}: ${causeOf(error)}`))
      .finally(() => {
        running.delete(part);
        // One that ended by itself is given back as well, and can be had again.
        released.add(part);
      });
    running.set(part, { ...started, ended, stop: own });
  };
  const shared = ({ parts, orphaned, excess }: Lease): void => {
    for (const part of [...running.keys()]) if (!parts.includes(part) || excess.includes(part)) stop(part);
    for (const part of parts) if (!running.has(part) && !excess.includes(part)) start(part, orphaned.has(part));
    const hosts = parts.filter((part) => part !== ACROSS).length;
    const says = `${hosts} of ${PARTS} parts of the hosts${hosts < parts.length ? ', and watches across all' : ''}`;
    if (says === told) return;
    told = says;
    options.onState?.('parts', says);
  };

  const renew = async (): Promise<void> => {
    const back = new Set(released);
    shared(await lease.renew(back));
    for (const part of back) released.delete(part);
  };
  const round = async (): Promise<void> => {
    try {
      if (!ready) await prepared(broker, timing);
      ready = true;
      await renew();
      for (const { working } of running.values()) working();
    } catch (error) {
      trouble(causeOf(error));
    }
    // Others may think that this one is dead, and go on where it stopped.
    if (!lease.holds()) for (const part of running.keys()) stop(part);
  };
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await round();
      await sleep(timing.renewMs, undefined, { signal }).catch(() => undefined);
    }
    for (const part of running.keys()) stop(part);
    await Promise.all([...running.values()].map(({ ended }) => ended));
    await lease.leave().catch(() => undefined);
    // What was acknowledged and given back has to be on its way.
    await Promise.race([broker.connection.drain(), sleep(2000, undefined, { ref: false })]);
    await broker.connection.close();
  };

  return { ended: run(), counts: () => ({ ...count, parts: [...running.keys()] }) };
}

/** Makes what is missing: the streams, and a durable consumer for each part of the hosts. @throws what the broker says */
async function prepared(broker: Broker, { ackWaitMs }: Timing): Promise<void> {
  const { AckPolicy, DeliverPolicy } = await import('./nats.ts');
  await ensureStreams(broker);
  const add = (stream: string, part: number, filter: object): Promise<unknown> =>
    broker.manager.consumers.add(stream, {
      durable_name: consumerName(part),
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      ack_wait: ackWaitMs * 1_000_000,
      max_ack_pending: 256,
      max_deliver: -1,
      ...filter,
    });
  const { events } = subjectsOf(broker.stream);
  for (let part = 0; part < PARTS; part++)
    await add(broker.stream, part, { filter_subject: `${events}.${partName(part)}.>` });
  await add(acrossStream(broker.stream), ACROSS, {});
}
