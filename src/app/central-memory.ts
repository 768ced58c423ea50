import { createHash } from 'node:crypto';
import type { EventStore, WatchEvent } from '../model/watch.ts';
import { partTime } from './central-time.ts';

/** Ids that were seen lately, of each part: an agent that was killed may publish a few events again in another message. */
const RECENT = 20_000;
const SAVE_MS = 60_000;

/** What this process knows of a part. */
export interface PartMemory<Mind> {
  readonly name: string;
  readonly mind: Mind;
  readonly time: ReturnType<typeof partTime>;
  /** Whether it was not seen lately; from now on it was. */
  isNew(event: WatchEvent): boolean;
  save(): Promise<void>;
  /** Saves when that was not done for a while. */
  saveIfDue(): Promise<void>;
}

const digest = (text: string | undefined): string =>
  createHash('sha256')
    .update(text ?? '')
    .digest('base64');

/**
 * What is remembered of the parts that this process has had. One that comes back, with nobody else having saved anything of it, goes on
 * with what was kept: it may know more than the store does, and has seen what the broker now gives out again.
 */
export function keeper<Mind extends { save(): string; load(saved: string): readonly string[] }>(
  store: EventStore,
  make: () => Mind,
  onLost: (what: string) => void,
): { of(name: string): Promise<PartMemory<Mind>> } {
  const kept = new Map<string, { readonly memory: PartMemory<Mind>; saved: string }>();

  function memoryOf(name: string, mind: Mind, text: string | undefined) {
    const recent = new Set<string>();
    let savedAt = performance.now();
    const memory: PartMemory<Mind> = {
      name,
      mind,
      time: partTime(),
      isNew({ id }) {
        if (recent.has(id)) return false;
        recent.add(id);
        if (recent.size > RECENT) for (const oldest of recent) return recent.delete(oldest);
        return true;
      },
      async save() {
        const made = mind.save();
        await store.remember(name, made);
        one.saved = digest(made);
        savedAt = performance.now();
      },
      async saveIfDue() {
        if (performance.now() - savedAt > SAVE_MS) await memory.save();
      },
    };
    const one = { memory, saved: digest(text) };
    return one;
  }

  return {
    async of(name) {
      const text = await store.memory(name);
      const known = kept.get(name);
      if (known?.saved === digest(text)) return known.memory;
      const mind = make();
      for (const lost of text === undefined ? [] : mind.load(text)) onLost(`${lost} (${name})`);
      const made = memoryOf(name, mind, text);
      kept.set(name, made);
      return made.memory;
    },
  };
}
