import { hostname, uptime } from 'node:os';
import path from 'node:path';
import { brokerAddress } from '../collect/broker/address.ts';
import type { Consumed } from '../collect/broker/consume.ts';
import { openStore } from '../collect/store/open.ts';
import type { EventStore } from '../model/watch.ts';
import { detectors } from '../reason/watch/detectors.ts';
import { watchCentral } from './central.ts';
import { acrossMind, hostsMind } from './central-minds.ts';
import type { WatchScreen } from './watch.ts';
import { bytesOf, settingsOf, type WatchConfig } from './watch-config.ts';
import { deliverer } from './watch-deliver.ts';
import { openOutlets } from './watch-outlets.ts';

export interface CentralQuestion {
  /** As `brokerAddress` reads it. */
  readonly from: string;
  /** A path, or `clickhouse://…`, which several processes may share. */
  readonly store: string;
  readonly folder: string;
  readonly config: WatchConfig;
}

const MINUTE = 60_000;

/**
 * Stores and watches what agents publish, until the signal; returns what was consumed.
 * @throws UsageError, LookError when the broker or the store cannot be reached at the start
 */
export async function runCentral(
  question: CentralQuestion,
  screen: WatchScreen,
  signal: AbortSignal,
): Promise<Consumed> {
  const { from, folder, config } = question;
  const address = brokerAddress(from);
  const store = await openStore(question.store);
  const host = hostname();
  const timers: NodeJS.Timeout[] = [];
  let pruning = false;
  const prune = (maxBytes: number): void => {
    if (pruning) return;
    pruning = true;
    store
      .prune({ since: Date.now() - config.keep.days * 86_400_000, maxBytes })
      .catch((error: Error) => screen.onNote(`the store could not be made smaller: ${error.message}`))
      .finally(() => {
        pruning = false;
      });
  };
  try {
    const maxBytes = bytesOf(config.keep.size);
    // What a central watch has taken from a broker does not go to one again.
    const { publish: _, ...rest } = config;
    const outlets = await openOutlets({
      config: rest,
      folder: path.join(folder, 'central'),
      store: ownView(store, host),
      maxBytes,
      host,
      detectors: detectors().map(({ name }) => name),
      bootedAt: Date.now() - uptime() * 1000,
      sources: () => [{ source: address.servers.join(',') }],
      onNote: screen.onNote,
    });
    const deliver = deliverer(outlets.sinks, screen.onNote);
    try {
      const central = await watchCentral(
        {
          address,
          store,
          hosts: () => hostsMind(settingsOf(config)),
          across: () => acrossMind(settingsOf(config)),
          async onBatch(batch) {
            screen.onBatch?.(batch);
            await deliver.batch(batch, signal);
          },
          onSignals(signals) {
            screen.onSignals?.(signals);
            deliver.signals(signals);
          },
          async onChange(change) {
            screen.onChange?.(change);
            await deliver.incident(change);
          },
          onState: (state, says) => screen.onNote(state === 'parts' ? `has ${says}` : says),
        },
        signal,
      );
      outlets.ready();
      timers.push(
        setInterval(() => {
          outlets.minute();
          screen.onMinute?.(Math.floor(Date.now() / MINUTE) * MINUTE);
          prune(maxBytes);
        }, MINUTE),
      );
      await central.ended;
      return central.counts();
    } finally {
      await deliver.close();
      await outlets.close();
    }
  } finally {
    for (const timer of timers) clearInterval(timer);
    await store.close();
  }
}

/** The store as one of several central processes sees it: who was alerted is its own, and others' incidents are not its to tell. */
function ownView(store: EventStore, host: string): EventStore {
  return {
    ...store,
    incidents: async () => [],
    memory: (name) => store.memory(`central/${host}/${name}`),
    remember: (name, value) => store.remember(`central/${host}/${name}`, value),
  };
}
