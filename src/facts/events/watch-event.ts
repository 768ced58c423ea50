import type { WatchEvent } from '../../model/watch.ts';
import type { LogEvent } from './typed-event.ts';

/** Where an event was read: who wrote it if the line does not say so, when it was read, and the id of its line. */
export interface Read {
  readonly id: string;
  readonly host: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

const OPTIONAL = ['user', 'from', 'port', 'method', 'key', 'jail', 'detail', 'file'] as const;

/** An event of a log as it is watched: flat, and without what the line does not say. */
export function watchEvent(event: LogEvent, { id, host, now }: Read): WatchEvent {
  const made: { -readonly [K in keyof WatchEvent]: WatchEvent[K] } = {
    id,
    at: event.at ?? now,
    host: event.hostname || host,
    type: event.type.id,
    outcome: event.type.outcome,
  };
  for (const name of OPTIONAL) {
    const value = event[name];
    if (value !== undefined && value !== '') made[name] = value;
  }
  // Of a line that can be read in two ways nothing that it names counts.
  if (event.forged) made.forged = true;
  if (event.pid) made.pid = event.pid;
  return made;
}
