import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LookError } from '../../model/errors.ts';
import { type Broker, causeOf } from '../broker/connect.ts';
import { CODES, codeOf } from '../broker/streams.ts';
import { addressed, ensureLane, ensureQueue, isThere, queueSubjects, resultStream, workStream } from './streams.ts';

/** One run's side of the queue: what it sends, and what comes back. */
export interface QueueRun {
  /** Sends a job once: one that waits already is as good. Waits for as long as the broker does not take it; false after `signal`. */
  send(key: string, data: Uint8Array, signal: AbortSignal): Promise<boolean>;
  /** Hosts that were sent and have no answer, that of a worker's death excepted; after it, every answer that was there before has been handed over. */
  settled(signal: AbortSignal): Promise<ReadonlySet<string>>;
  /** Hands over results, one at a time, until `signal`; each is acknowledged when `take` returns. @throws LookError when another has taken the run over */
  results(take: (key: string, data: Uint8Array) => Promise<void>, signal: AbortSignal): Promise<void>;
  /** Takes back what waits; `all`: also results that nobody will ask for. */
  close(all: boolean): Promise<void>;
}

const NANOS = 1_000_000;
const DAY_NANOS = 86_400_000 * NANOS;
const AHEAD = 200;
const PAUSE_MS = { first: 250, most: 5000 } as const;

/** Takes a run up, or goes on with it: whoever had it before is told. @throws LookError what the broker says */
export async function openRun(
  broker: Broker,
  o: { readonly run: string; readonly lane: string; onTrouble(why: string): void },
): Promise<QueueRun> {
  const { manager, client, stream } = broker;
  const subjects = queueSubjects(stream);
  const epoch = randomBytes(6).toString('hex');
  const consumer = `run-${o.run}-${epoch}`;
  const mine = subjects.work(o.lane, o.run);
  try {
    await ensureQueue(broker);
    await ensureLane(broker, o.lane);
    await takenOver();
  } catch (error) {
    throw new LookError(`the broker: ${causeOf(error)}`);
  }

  async function takenOver(): Promise<void> {
    const { AckPolicy, DeliverPolicy } = await import('../broker/nats.ts');
    const { consumers } = manager;
    for await (const { name } of consumers.list(resultStream(stream)))
      if (name.startsWith(`run-${o.run}-`) && name.length === consumer.length)
        await consumers.delete(resultStream(stream), name).catch(() => undefined);
    await consumers.add(resultStream(stream), {
      durable_name: consumer,
      filter_subject: subjects.result(o.run),
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      ack_wait: 60_000 * NANOS,
      max_ack_pending: AHEAD * 2,
      max_deliver: -1,
      // Of a run that nobody goes on with.
      inactive_threshold: DAY_NANOS,
    });
  }

  const gone = async (): Promise<boolean> => {
    try {
      await manager.consumers.info(resultStream(stream), consumer);
      return false;
    } catch (error) {
      return codeOf(error) === CODES.noConsumer || codeOf(error) === CODES.noStream;
    }
  };
  const outstanding = async (): Promise<ReadonlySet<string>> => {
    const { state } = await manager.streams.info(workStream(stream), { subjects_filter: mine });
    return new Set(Object.keys(state.subjects ?? {}).flatMap((subject) => addressed(subject)?.key ?? []));
  };
  /** Until all results that are there now were handed over. */
  const drained = async (signal: AbortSignal): Promise<void> => {
    const { state } = await manager.streams.info(resultStream(stream));
    while (!signal.aborted) {
      const { num_pending, num_ack_pending, ack_floor } = await manager.consumers.info(resultStream(stream), consumer);
      if (num_pending + num_ack_pending === 0 || ack_floor.stream_seq >= state.last_seq) return;
      await sleep(100, undefined, { signal }).catch(() => undefined);
    }
  };

  return {
    async send(key, data, signal) {
      const subject = subjects.work(o.lane, o.run, key);
      for (let pause: number = PAUSE_MS.first; !signal.aborted; pause = Math.min(pause * 2, PAUSE_MS.most)) {
        try {
          // The id is of this process: what another has sent and taken back is not to be held for a double of it.
          await client.publish(subject, data, { msgID: `${key}.${epoch}`, expect: { lastSubjectSequence: 0 } });
          return true;
        } catch (error) {
          if (isThere(error)) return true;
          o.onTrouble(causeOf(error));
          await sleep(pause, undefined, { signal }).catch(() => undefined);
        }
      }
      return false;
    },
    async settled(signal) {
      for (let pause: number = PAUSE_MS.first; !signal.aborted; pause = Math.min(pause * 2, PAUSE_MS.most)) {
        try {
          // In this order: what leaves the one before it is listed has come to the other by then.
          const waiting = await outstanding();
          await drained(signal);
          return waiting;
        } catch (error) {
          o.onTrouble(causeOf(error));
          await sleep(pause, undefined, { signal }).catch(() => undefined);
        }
      }
      return new Set();
    },
    async results(take, signal) {
      let failed: { readonly error: unknown } | undefined;
      while (!signal.aborted) {
        let stop = (): void => undefined;
        try {
          const source = await client.consumers.get(resultStream(stream), consumer);
          const messages = await source.consume({
            max_messages: AHEAD,
            expires: 5000,
            idle_heartbeat: 1000,
            abort_on_missing_resource: true,
          });
          stop = () => messages.stop();
          signal.addEventListener('abort', stop);
          for await (const message of messages) {
            if (signal.aborted) break;
            const key = addressed(message.subject)?.key;
            if (key !== undefined)
              try {
                await take(key, message.data);
              } catch (error) {
                failed = { error };
                throw error;
              }
            message.ack();
          }
        } catch (error) {
          if (!signal.aborted) o.onTrouble(causeOf(error));
        } finally {
          signal.removeEventListener('abort', stop);
        }
        if (failed !== undefined) throw failed.error;
        if (signal.aborted) return;
        await sleep(1000, undefined, { signal }).catch(() => undefined);
        if (await gone()) throw new LookError(`the run ${o.run} was taken over by another, or the broker has lost it`);
      }
    },
    async close(all) {
      const ending = async (): Promise<void> => {
        await manager.streams.purge(workStream(stream), { filter: mine });
        await broker.connection.flush();
        await manager.consumers.delete(resultStream(stream), consumer);
        if (all) await manager.streams.purge(resultStream(stream), { filter: subjects.result(o.run) });
      };
      await Promise.race([ending().catch(() => undefined), sleep(5000, undefined, { ref: false })]);
      await broker.connection.close();
    },
  };
}
