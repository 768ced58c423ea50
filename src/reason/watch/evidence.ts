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
export const LONGEST = 256;

const FIELDS = ['user', 'from', 'port', 'method', 'key', 'jail', 'detail', 'file'] as const;
const own = (text: string): string => flat(text.length > LONGEST ? text.slice(0, LONGEST) : text);

let last: WatchEvent | undefined;
let lastCopy: WatchEvent | undefined;

/** A copy that does not keep alive the block of the log that it was read from: one for all detectors that keep the event. */
export function kept(event: WatchEvent): WatchEvent {
  if (event === last && lastCopy !== undefined) return lastCopy;
  const copy: { -readonly [K in keyof WatchEvent]: WatchEvent[K] } = {
    id: own(event.id),
    at: event.at,
    host: own(event.host),
    type: event.type,
    outcome: event.outcome,
  };
  for (const name of FIELDS) {
    const value = event[name];
    if (value !== undefined) copy[name] = own(value);
  }
  if (event.pid !== undefined) copy.pid = event.pid;
  if (event.forged !== undefined) copy.forged = event.forged;
  last = event;
  lastCopy = copy;
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

/** What is worth keeping over a restart. */
export const brief = ({ first, recent }: Evidence): Evidence => ({ first, recent: recent.slice(-1) });
