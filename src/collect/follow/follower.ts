import { createHash } from 'node:crypto';
import type { Batch, Place } from '../../model/watch.ts';

/**
 * Reads one source on from a place. It is asked, and never hands over by itself: what is not asked for stays in the file, the
 * pipe or the journal.
 */
export interface Follower {
  /** Name of the source in its places: `journal`, or the path of the file. */
  readonly source: string;
  /**
   * What is there now: at most about 5,000 events, all of one file or one journal, in the order of their lines, whose ids
   * ascend. Undefined: nothing, for the time being. @throws LookError when the source cannot be read and waiting will not help.
   */
  next(): Promise<Batch | undefined>;
  /** Why it cannot be read just now; undefined: it can be. Foreign text in it is raw. */
  readonly trouble: string | undefined;
  /** Calls back when there may be something new; polling is still needed. */
  onChange(call: () => void): void;
  close(): Promise<void>;
}

export interface FollowOptions {
  /** Name of this machine, for lines that name no host. */
  readonly host: string;
  /** Where reading goes on; undefined: the source is new. */
  readonly place?: Place | undefined;
  /** Of a new source: from its first line, or only what comes. */
  readonly from: 'start' | 'end';
  /** Ends: what is there now is read, to the last byte, and nothing after that. */
  readonly once: boolean;
  now(): number;
  /** What somebody who watches has to know: what was lost, what has changed. One plain sentence; foreign text in it is raw. */
  onNote(note: string): void;
}

/** Events in a batch, about. */
export const MOST_EVENTS = 5000;

/** Head of the ids of all lines of one file or one journal; 16 characters. */
export const idHead = (...parts: readonly (string | number)[]): string =>
  createHash('sha256').update(parts.join('\0')).digest('base64url').slice(0, 16);

/** The id of what stands at `at`: ascends with it. */
export const idAt = (head: string, at: number): string => `${head}:${at.toString(16).padStart(11, '0')}`;

/** Runs something that needs a value of JSON and takes what is none, or of another kind, as nothing. */
export function readCursor<T>(
  cursor: string | undefined,
  shape: (value: Record<string, unknown>) => T | undefined,
): T | undefined {
  if (cursor === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(cursor);
    return typeof value === 'object' && value !== null ? shape(value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
