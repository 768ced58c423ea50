import type { PartWork } from '../collect/broker/part.ts';
import type { EventStore, Signal } from '../model/watch.ts';
import type { HostWord } from '../reason/watch/host-words.ts';
import type { IncidentChange } from '../reason/watch/incidents.ts';
import type { PartMemory } from './central-memory.ts';
import type { AcrossMind } from './central-minds.ts';

export interface AcrossOptions {
  readonly store: EventStore;
  onSignals?(signals: readonly Signal[]): void;
  onChange?(change: IncidentChange): Promise<void> | void;
}

/** Incidents that the store has not taken yet: one that is away does not make them be forgotten. */
const unsaid = new WeakMap<AcrossMind, IncidentChange[]>();

/** Joins what is handed on of all hosts to incidents, stores those, and tells of them. */
export function acrossWork(
  memory: PartMemory<AcrossMind>,
  { store, onSignals, onChange }: AcrossOptions,
): PartWork<readonly HostWord[]> {
  const { mind, time } = memory;
  const waiting = unsaid.get(mind) ?? [];
  unsaid.set(mind, waiting);

  const speak = async (): Promise<void> => {
    const { signals, changes } = mind.drain();
    if (signals.length > 0) onSignals?.(signals);
    waiting.push(...changes);
    for (let [change] = waiting; change !== undefined; [change] = waiting) {
      await store.putIncident(change.incident);
      await onChange?.(change);
      waiting.shift();
    }
  };
  return {
    async take(messages) {
      for (const word of messages.flat()) {
        const { event } = word;
        if (event !== undefined) {
          // Handed on again by a consumer that took over from one that died.
          if (!memory.isNew(event)) continue;
          for (const { minute } of time.event(event.at)) mind.tick(minute);
        }
        mind.hear(word);
      }
      await speak();
      await memory.saveIfDue();
    },
    async idle() {
      for (const { minute } of time.clock()) mind.tick(minute);
      await speak();
      await memory.saveIfDue();
    },
    async close() {
      await speak();
      await memory.save();
    },
  };
}
