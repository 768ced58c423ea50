import type { BrokerAddress } from '../collect/broker/address.ts';
import { type Consumed, consumeEvents } from '../collect/broker/consume.ts';
import type { Timing } from '../collect/broker/lease.ts';
import type { Batch, EventStore, Signal } from '../model/watch.ts';
import type { IncidentChange } from '../reason/watch/incidents.ts';
import { acrossWork } from './central-across.ts';
import { hostsWork } from './central-hosts.ts';
import { keeper } from './central-memory.ts';
import type { AcrossMind, HostsMind } from './central-minds.ts';

export interface CentralOptions {
  readonly address: BrokerAddress;
  readonly store: EventStore;
  readonly timing?: Timing;
  /** One for each part of the hosts that this process has. */
  hosts(): HostsMind;
  /** Of the one process that watches across all hosts. */
  across(): AcrossMind;
  /** What was stored. */
  onBatch?(batch: Batch): Promise<void> | void;
  /** Signals and incidents are told by the one that watches across all hosts. */
  onSignals?(signals: readonly Signal[]): void;
  onChange?(change: IncidentChange): Promise<void> | void;
  onState?(state: 'trouble' | 'parts', says: string): void;
}

/**
 * Stores what agents publish, and lets detectors see it: first those of hosts, where all of a host is seen in its order; then, by the
 * broker, those that need to see across hosts, in the one process that makes the incidents. Events are acknowledged to the broker after
 * the store has committed them, detectors of hosts have seen them, and the broker has what those had to say. Detectors see each
 * event at least once; again only those that a consumer which died had not acknowledged, while what it had learnt in its last
 * minute goes with it.
 * @throws LookError when the broker cannot be reached at the start
 */
export async function watchCentral(
  options: CentralOptions,
  signal: AbortSignal,
): Promise<{ counts(): Consumed; readonly ended: Promise<void> }> {
  const { address, store, timing, onState } = options;
  const name = (part: number | 'across'): string => `central/${address.stream}/${part}`;
  const lost = (what: string): void => onState?.('trouble', `what ${what} had learnt cannot be read`);
  const hosts = keeper(store, options.hosts, lost);
  const across = keeper(store, options.across, lost);
  return await consumeEvents(
    {
      address,
      work: async (part, hand) => hostsWork(await hosts.of(name(part)), options, hand),
      across: async () => acrossWork(await across.of(name('across')), options),
      ...(timing && { timing }),
      ...(onState && { onState }),
    },
    signal,
  );
}
