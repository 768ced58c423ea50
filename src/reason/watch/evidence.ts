import type { WatchEvent } from '../../model/watch.ts';
import { flat } from './bounded.ts';

/** Events of one matter: the first and the most recent. */
export interface Evidence {
  readonly first: WatchEvent;
  readonly recent: WatchEvent[];
}

/** Most that is kept of one matter beside its first event. A signal has 20 at most. */
const RECENT = 7;

/** Longer fields are cut: what the other side chose may be long, and there are many of them. */
const LONGEST = 256;

let last: WatchEvent | undefined;
let lastCopy: WatchEvent | undefined;

/** A copy that does not keep alive the block of the log that it was read from: one for all detectors that keep the event. */
export function kept(event: WatchEvent): WatchEvent {
  if (event === last && lastCopy !== undefined) return lastCopy;
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(event)) {
    const value = event[name as keyof WatchEvent];
    if (value !== undefined) copy[name] = typeof value === 'string' ? flat(value.slice(0, LONGEST)) : value;
  }
  last = event;
  lastCopy = copy as unknown as WatchEvent;
  return lastCopy;
}

export const evidence = (event: WatchEvent): Evidence => ({ first: kept(event), recent: [] });

/** Remembers a further event; the one that it began with is not taken twice. */
export function witness(of: Evidence, event: WatchEvent): void {
  if (of.first.id === event.id) return;
  of.recent.push(kept(event));
  if (of.recent.length > RECENT) of.recent.shift();
}

/** Oldest first. */
export const shown = ({ first, recent }: Evidence): readonly WatchEvent[] => [first, ...recent];

/** So many matters are saved, of each the first event and the last: with the longest fields less than 8 MB. */
export const SAVED = 2048;

/** What is worth keeping over a restart. */
export const brief = ({ first, recent }: Evidence): Evidence => ({ first, recent: recent.slice(-1) });
