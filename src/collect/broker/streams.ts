import type { StreamConfig } from '@nats-io/jetstream';
import type { Broker } from './connect.ts';

/** Subjects of the four streams; the stream's name is their head, so that two installations can share a broker. */
export const subjectsOf = (stream: string) => {
  const head = stream.toLowerCase();
  return {
    events: `${head}.events`,
    dead: `${head}.dead`,
    lease: `${head}.lease.table`,
    across: `${head}.across`,
  };
};

export const deadStream = (stream: string): string => `${stream}_DEAD`;
export const leaseStream = (stream: string): string => `${stream}_LEASE`;
export const acrossStream = (stream: string): string => `${stream}_ACROSS`;

const NANOS = 1_000_000;
const DAY_NANOS = 86_400_000 * NANOS;

type Named = Partial<StreamConfig> & { readonly name: string };

/**
 * What is asked of a broker for the events that nobody has stored yet; half as much, and so on, where it has not so much. A
 * cluster sets it aside, and then makes no other stream when nothing is left: so a quarter is given back at once.
 */
const ROOM = { most: 8 * 2 ** 30, least: 64 * 2 ** 20, kept: 0.75 } as const;

/** Of JetStream's errors, by `err_code`: https://github.com/nats-io/nats-server/blob/main/server/errors.json */
export const CODES = {
  noStream: 10059,
  noConsumer: 10014,
  wrongSequence: 10071,
  nameTaken: 10058,
  noRoom: 10047,
  noPeers: 10005,
  maxStore: 10023,
} as const;

/** So long the broker knows what is published again for what it is. */
const DOUBLES = { duplicate_window: 120_000 * NANOS } as const;

/** The streams of an installation; that of events, which agents publish to, comes first. */
async function streamsOf(stream: string): Promise<readonly [Named, ...Named[]]> {
  const { DiscardPolicy, RetentionPolicy } = await import('./nats.ts');
  const subjects = subjectsOf(stream);
  // What was stored goes; what was not stays, however long. When there is no room, publishing is refused, and agents spool.
  const queue = { retention: RetentionPolicy.Workqueue, discard: DiscardPolicy.New, ...DOUBLES };
  // Bytes would be set aside by a cluster, which may have none left beside the events.
  const latest = { retention: RetentionPolicy.Limits, discard: DiscardPolicy.Old };
  return [
    {
      name: stream,
      description: 'sshwhy: events on their way to the store',
      subjects: [`${subjects.events}.>`],
      max_bytes: ROOM.most,
      ...queue,
    },
    {
      name: deadStream(stream),
      description: 'sshwhy: messages that nobody could read',
      subjects: [`${subjects.dead}.>`],
      max_msgs: 1000,
      max_age: 30 * DAY_NANOS,
      ...latest,
    },
    {
      name: acrossStream(stream),
      description: 'sshwhy: what is seen of hosts, on its way to who watches across them',
      subjects: [subjects.across],
      // When nobody takes it, events are not acknowledged either, and wait where they are.
      max_msgs: 4096,
      ...queue,
    },
    {
      name: leaseStream(stream),
      description: 'sshwhy: which consumer has which hosts',
      subjects: [subjects.lease],
      max_msgs_per_subject: 1,
      ...latest,
    },
  ];
}

/**
 * Makes the stream of events if it is missing, with three replicas where the broker is a cluster; one that is there stays as it is.
 * @throws what the broker says
 */
export async function ensureEvents(broker: Broker): Promise<void> {
  const [events] = await streamsOf(broker.stream);
  await ensure(broker, events);
}

/** As `ensureEvents`, and the three streams that only consumers need. @throws what the broker says */
export async function ensureStreams(broker: Broker): Promise<void> {
  for (const stream of await streamsOf(broker.stream)) await ensure(broker, stream);
}

/** Makes a stream if it is missing, with three replicas where the broker is a cluster. @throws what the broker says */
export async function ensure({ manager, connection }: Broker, config: Named): Promise<void> {
  const { StorageType } = await import('./nats.ts');
  try {
    await manager.streams.info(config.name);
    return;
  } catch (error) {
    if (codeOf(error) !== CODES.noStream) throw error;
  }
  const replicas = (connection.info?.cluster ?? '') === '' ? 1 : 3;
  for (let max_bytes = config.max_bytes ?? -1; ; max_bytes /= 2) {
    try {
      await manager.streams.add({ ...config, max_bytes, storage: StorageType.File, num_replicas: replicas });
      if (max_bytes > 0) await manager.streams.update(config.name, { max_bytes: Math.floor(max_bytes * ROOM.kept) });
      return;
    } catch (error) {
      const code = codeOf(error);
      if (code === CODES.nameTaken) return;
      const noRoom = code === CODES.noRoom || code === CODES.noPeers || code === CODES.maxStore;
      if (!noRoom || max_bytes / 2 < ROOM.least) throw error;
    }
  }
}

export const codeOf = (error: unknown): number | undefined => (error as { readonly code?: number }).code;
