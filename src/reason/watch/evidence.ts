import type { WatchEvent } from '../../model/watch.ts';
import { flat } from './bounded.ts';

/** Events of one matter: the first and the most recent. */
export interface Evidence {
  readonly first: WatchEvent;
  readonly recent: WatchEvent[];
}

/** Most that is kept of one matter beside its first event. A signal has 20 at most. */
const RECENT = 7;

/** A copy that does not keep alive the block of the log that it was read from. */
export function kept(event: WatchEvent): WatchEvent {
  const copy: Record<string, unknown> = {};
  for (const name in event) {
    const value = event[name as keyof WatchEvent];
    if (value !== undefined) copy[name] = typeof value === 'string' ? flat(value) : value;
  }
  return copy as unknown as WatchEvent;
}

export const evidence = (event: WatchEvent): Evidence => ({ first: kept(event), recent: [] });

export function witness(of: Evidence, event: WatchEvent): void {
  of.recent.push(kept(event));
  if (of.recent.length > RECENT) of.recent.shift();
}

/** Oldest first. */
export const shown = ({ first, recent }: Evidence): readonly WatchEvent[] => [first, ...recent];
