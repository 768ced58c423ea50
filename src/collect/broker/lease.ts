import type { Broker } from './connect.ts';
import { EMPTY, type LeaseTable, nextTable, partsOf, shareOf, tableIn } from './lease-table.ts';
import { leaseStream, subjectsOf } from './streams.ts';

export interface Timing {
  /** After so long without a sign of life, a consumer's parts go to others. More than `ackWaitMs` and an election. */
  readonly leaseMs: number;
  readonly renewMs: number;
  /** After so long without an acknowledgement a message is given out again. Less than `leaseMs` less `renewMs`. */
  readonly ackWaitMs: number;
}

export const TIMING: Timing = { leaseMs: 18_000, renewMs: 3000, ackWaitMs: 12_000 };

/** What this consumer may work on now. `orphaned` ones were taken from a dead consumer, whose messages are due again already. */
export interface Lease {
  readonly parts: readonly number[];
  readonly orphaned: ReadonlySet<number>;
  /** More than the share: to be given back when their work is done. */
  readonly excess: readonly number[];
}

/** JetStream's `err_code` of a message that was to be the next of its subject and is not, and of no message. */
const OVERTAKEN = 10071;
const NONE = 10037;

/**
 * Takes part in sharing out the parts of the hosts. No clocks are compared: a consumer is dead when this one has seen its beat
 * unchanged for `leaseMs` on its own clock, and it stops its own work some time before the others would think the same of it.
 */
export function leaser(broker: () => Broker, me: string, { leaseMs, renewMs }: Timing) {
  const seen = new Map<string, { beat: number; at: number }>();
  let renewed = Number.NEGATIVE_INFINITY;

  const deadIn = ({ beats }: LeaseTable): ReadonlySet<string> => {
    const now = performance.now();
    for (const id of seen.keys()) if (beats[id] === undefined) seen.delete(id);
    const dead = new Set<string>();
    for (const [id, beat] of Object.entries(beats)) {
      const known = seen.get(id);
      if (known?.beat !== beat) seen.set(id, { beat, at: now });
      else if (now - known.at > leaseMs) dead.add(id);
    }
    return dead;
  };

  const read = async (): Promise<{ readonly table: LeaseTable; readonly sequence: number }> => {
    const { manager, stream } = broker();
    try {
      const found = await manager.streams.getMessage(leaseStream(stream), { last_by_subj: subjectsOf(stream).lease });
      return found === null ? { table: EMPTY, sequence: 0 } : { table: tableIn(found.string()), sequence: found.seq };
    } catch (error) {
      if ((error as { code?: number }).code === NONE) return { table: EMPTY, sequence: 0 };
      throw error;
    }
  };

  const change = async (released: ReadonlySet<number>, leaving: boolean): Promise<Lease> => {
    for (let tries = 0; ; tries++) {
      const started = performance.now();
      const { table, sequence } = await read();
      const { table: next, orphaned } = nextTable(table, me, { dead: deadIn(table), released, leaving });
      try {
        const { client, stream } = broker();
        await client.publish(subjectsOf(stream).lease, JSON.stringify(next), {
          expect: { lastSubjectSequence: sequence },
        });
      } catch (error) {
        if ((error as { code?: number }).code !== OVERTAKEN || tries >= 20) throw error;
        continue;
      }
      renewed = started;
      const parts = partsOf(next, me);
      return { parts, orphaned, excess: parts.slice(shareOf(next)) };
    }
  };

  return {
    /** Says that this one lives, gives back what it has released, and takes its share. @throws what the broker says */
    renew: (released: ReadonlySet<number>) => change(released, false),
    leave: () => change(new Set(), true),
    /** Whether nobody else can have its parts yet. */
    holds: (): boolean => performance.now() - renewed < leaseMs - renewMs,
  };
}
