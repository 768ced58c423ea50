import { setTimeout as sleep } from 'node:timers/promises';
import type { Batch, Sink } from '../../model/watch.ts';
import { type BrokerAddress, brokerName } from './address.ts';
import { type Broker, causeOf, connectBroker } from './connect.ts';
import { encoded, hostToken, MOST, type Parcel, parcelId, parcelsOf, partName, partOf } from './message.ts';
import { type Mark, openSpool, type Spool } from './spool.ts';
import { ensureEvents, subjectsOf } from './streams.ts';

export interface PublishOptions {
  readonly address: BrokerAddress;
  /** Folder of the spool, of this process alone. */
  readonly spool: string;
  /** What the spool may come to, bytes. */
  readonly spoolBytes: number;
  /** Whose agent this is; batches without events are said to be of this host. */
  readonly host: string;
  /** Told when the broker is lost (with what was wrong), and when it takes events again. */
  onState?(state: 'taken' | 'away', why: string): void;
}

export interface Published {
  readonly events: number;
  /** Messages that the broker had already: sent again after an acknowledgement was lost. */
  readonly doubles: number;
  readonly spooled: { readonly bytes: number; readonly held: number; readonly lost: number };
}

const PAUSE_MS = { first: 250, most: 10_000 } as const;
/** At the end, so long for what is spooled to be sent; what is not stays on the disk for the next time. */
const DRAIN_MS = 3000;

/**
 * A sink that hands events to JetStream. `put` returns when the batch is on this machine's disk; from there it is sent in order,
 * one message of up to 1,000 events at a time, the next when the broker has acknowledged the last: so the order of a host is
 * kept, and a slow line carries larger messages, not more. When the broker is away, the spool grows up to its bound; then `put`
 * waits, which holds up the follower: the logs are the next buffer. Doubles are known by the broker within two minutes (message
 * id), and by the store for ever (ids of events).
 * @throws UsageError, LookError when the spool cannot be opened; a broker that is away is no error.
 */
export async function publishSink(
  options: PublishOptions,
): Promise<Sink & { published(): Published; drained(): Promise<void> }> {
  const spool = await openSpool(options.spool, options.spoolBytes);
  const ending = new AbortController();
  const sender = startSender(options, spool, ending.signal);
  return {
    name: brokerName(options.address),
    waits: true,
    async put(batch: Batch) {
      const records = parcelsOf(batch, options.host).map((parcel) => Buffer.from(JSON.stringify(parcel)));
      await Promise.all(records.map((record) => spool.append(record)));
    },
    published: () => ({ ...sender.counts(), spooled: spool.state() }),
    drained: () => sender.drained(),
    async close() {
      await Promise.race([sender.drained(), sleep(DRAIN_MS, undefined, { ref: false })]);
      ending.abort();
      await spool.close();
      await sender.ended;
    },
  };
}

function startSender(options: PublishOptions, spool: Spool, signal: AbortSignal) {
  let [events, doubles, away] = [0, 0, true];
  const empty: (() => void)[] = [];
  const tell = (isAway: boolean, why: string): void => {
    if (isAway !== away || isAway) options.onState?.(isAway ? 'away' : 'taken', why);
    away = isAway;
  };

  let broker: Broker | undefined;
  const closed = async (): Promise<void> => {
    const was = broker;
    broker = undefined;
    await was?.connection.close();
  };
  signal.addEventListener('abort', () => void closed());
  let pause: number = PAUSE_MS.first;
  const publish = async (subject: (stream: string) => string, data: Uint8Array, msgID: string): Promise<boolean> => {
    try {
      if (broker?.connection.isClosed() === true) broker = undefined;
      broker ??= await connectBroker(options.address, `sshwhy agent ${options.host}`);
      const ack = await broker.client.publish(subject(broker.stream), data, { msgID });
      if (ack.duplicate) doubles++;
      pause = PAUSE_MS.first;
      tell(false, '');
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      tell(true, causeOf(error));
      // Nobody takes this subject: the stream may be missing, or its replicas have no leader at this moment.
      if (broker !== undefined && /no responders/i.test(causeOf(error)))
        await ensureEvents(broker).catch(() => undefined);
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      pause = Math.min(pause * 2, PAUSE_MS.most);
      return false;
    }
  };
  const step = async (): Promise<void> => {
    const filled = spool.filled();
    const next = await nextParcel(spool);
    if (next === undefined) {
      for (const done of empty.splice(0)) done();
      return await filled;
    }
    // The same until it is acknowledged, whatever comes into the spool meanwhile: so its id is the same as well.
    const { parcel, after } = next;
    const [data, id] = [encoded(parcel), parcelId(parcel)];
    while (!signal.aborted) {
      if (!(await publish((stream) => subjectOf(stream, parcel.host), data, id))) continue;
      events += parcel.events.length;
      return await spool.drop(after);
    }
  };
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        await step();
      } catch (error) {
        tell(true, `the spool cannot be read: ${causeOf(error)}`);
        await sleep(PAUSE_MS.most, undefined, { signal }).catch(() => undefined);
      }
    }
    await closed();
  };

  return {
    ended: run(),
    counts: () => ({ events, doubles }),
    drained: () => (spool.state().bytes === 0 ? Promise.resolve() : new Promise<void>((done) => empty.push(done))),
  };
}

const subjectOf = (stream: string, host: string): string =>
  `${subjectsOf(stream).events}.${partName(partOf(host))}.${hostToken(host)}`;

/** The oldest records of the spool that fit into one message: of one host, so many events, so many bytes. */
async function nextParcel(spool: Spool): Promise<{ readonly parcel: Parcel; readonly after: Mark } | undefined> {
  const parcels: Parcel[] = [];
  let [count, bytes] = [0, 0];
  const taken = await spool.peek((record, position) => {
    const parcel = JSON.parse(record.toString('utf8')) as Parcel;
    const fits =
      position === 0 ||
      (parcel.host === parcels[0]?.host &&
        count + parcel.events.length <= MOST.events &&
        bytes + record.length <= MOST.bytes);
    if (!fits) return false;
    parcels.push(parcel);
    count += parcel.events.length;
    bytes += record.length;
    return true;
  });
  const [first] = parcels;
  if (taken === undefined || first === undefined) return undefined;
  const sum = (name: keyof Parcel['lines']): number => parcels.reduce((total, { lines }) => total + lines[name], 0);
  const parcel = {
    host: first.host,
    events: parcels.flatMap(({ events }) => events),
    lines: { all: sum('all'), unparsed: sum('unparsed'), other: sum('other') },
  };
  return { parcel, after: taken.after };
}
