import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStore, WatchEvent } from '../../src/model/watch.ts';

/** A store in memory, which can be away. */
export function memoryStore(): EventStore & { readonly kept: Map<string, WatchEvent>; away: boolean; puts: number } {
  const kept = new Map<string, WatchEvent>();
  const notes = new Map<string, string>();
  const unused = (): never => {
    throw new Error('not asked for here');
  };
  const store = {
    kept,
    away: false,
    puts: 0,
    async put({ events }: { readonly events: readonly WatchEvent[] }) {
      if (store.away) throw new Error('the store is away');
      store.puts++;
      for (const event of events) kept.set(event.id, event);
    },
    memory: async (name: string) => notes.get(name),
    remember: async (name: string, value: string) => void notes.set(name, value),
    putIncident: async () => undefined,
    places: unused,
    events: unused,
    counts: unused,
    span: unused,
    incidents: unused,
    prune: unused,
    size: unused,
    close: async () => undefined,
  };
  return store;
}

/** Waits until it holds. @throws when it does not within `ms` */
export async function until(what: string, holds: () => boolean | Promise<boolean>, ms = 60_000): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(50)) if (await holds()) return;
  throw new Error(`not within ${ms} ms: ${what}`);
}
