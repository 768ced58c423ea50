import { LANE, RUN } from '../../model/fleet-work.ts';
import { type Broker, causeOf } from '../broker/connect.ts';
import { CODES, codeOf, ensure } from '../broker/streams.ts';
import { KEY } from './message.ts';

/**
 * Subjects of a fleet's work. The version of the messages is in them, so that a worker is never given one that it does not know; and
 * the lane is, so that one is only given what it is set up for, and that a broker can allow somebody the one and not the other.
 */
export const queueSubjects = (stream: string) => {
  const head = stream.toLowerCase();
  return {
    work: (lane: string, run = '*', key = '*') => `${head}.work.v1.${lane}.${run}.${key}`,
    result: (run: string, key = '*') => `${head}.result.v1.${run}.${key}`,
    allWork: `${head}.work.>`,
    allResults: `${head}.result.>`,
  };
};

export const workStream = (stream: string): string => `${stream}_WORK`;
export const resultStream = (stream: string): string => `${stream}_RESULTS`;

const NANOS = 1_000_000;
const WEEK_NANOS = 7 * 86_400_000 * NANOS;
/** Asked for in vain by a broker that has less: `ensure` halves it. */
const ROOM = { work: 256 * 2 ** 20, results: 512 * 2 ** 20 } as const;
/** After so long without a sign of life of its worker a job is given to another. A consumer that is there keeps its own. */
const ACK_WAIT_MS = 30_000;
const IN_FLIGHT_MAX = 50_000;

/**
 * Makes the two streams if they are missing. What was answered goes; what is not leaves after a week; when there is no room, publishing
 * is refused, and whoever publishes waits. @throws what the broker says
 */
export async function ensureQueue(broker: Broker): Promise<void> {
  const { DiscardPolicy, RetentionPolicy } = await import('../broker/nats.ts');
  const subjects = queueSubjects(broker.stream);
  const common = {
    retention: RetentionPolicy.Workqueue,
    discard: DiscardPolicy.New,
    max_age: WEEK_NANOS,
    duplicate_window: 120_000 * NANOS,
  };
  await ensure(broker, {
    ...common,
    name: workStream(broker.stream),
    description: 'sshwhy: hosts that are to be asked',
    subjects: [subjects.allWork],
    max_bytes: ROOM.work,
  });
  await ensure(broker, {
    ...common,
    name: resultStream(broker.stream),
    description: 'sshwhy: answers of hosts on their way to who asked',
    subjects: [subjects.allResults],
    max_bytes: ROOM.results,
  });
}

export const laneConsumer = (lane: string): string => `v1-${lane}`;

/** Makes what workers of a lane share, if it is missing. @throws what the broker says */
export async function ensureLane(broker: Broker, lane: string): Promise<{ readonly ackWaitMs: number }> {
  const { AckPolicy, DeliverPolicy } = await import('../broker/nats.ts');
  const { consumers } = broker.manager;
  const stream = workStream(broker.stream);
  try {
    const { config } = await consumers.info(stream, laneConsumer(lane));
    return { ackWaitMs: (config.ack_wait ?? ACK_WAIT_MS * NANOS) / NANOS };
  } catch (error) {
    if (codeOf(error) !== CODES.noConsumer) throw error;
  }
  const { config } = await consumers.add(stream, {
    durable_name: laneConsumer(lane),
    filter_subject: queueSubjects(broker.stream).work(lane),
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: ACK_WAIT_MS * NANOS,
    max_ack_pending: IN_FLIGHT_MAX,
    // How often is enough the worker counts, which can say so to who asked.
    max_deliver: -1,
  });
  return { ackWaitMs: (config.ack_wait ?? ACK_WAIT_MS * NANOS) / NANOS };
}

/** The run and the host that a subject of work or of a result names. */
export function addressed(subject: string): { readonly run: string; readonly key: string } | undefined {
  const [key = '', run = '', lane = ''] = subject.split('.').toReversed();
  return KEY.test(key) && RUN.test(run) && LANE.test(lane) ? { run, key } : undefined;
}

/** Whether the broker refused a message because one of its subject is there. */
export const isThere = (error: unknown): boolean =>
  codeOf(error) === CODES.wrongSequence || /wrong last sequence/i.test(causeOf(error));
