import { createHash } from 'node:crypto';
import type { Bytes } from './bytes.ts';
import { readCursor } from './follower.ts';

/** Which file it is, whatever it is called: device and inode, and its first line. */
export interface Identity {
  readonly node: string;
  /** Hash of the first line, or of so much of it as is looked at. */
  readonly head: string;
  /** How often this inode was seen to be emptied and begun again. */
  readonly cut: number;
  /** Epoch milliseconds at which it was first seen: only of a file whose first line has no stamp, so that its like may come again. */
  readonly born?: number;
}

/** Where reading stands in a file. */
export interface Cursor {
  /** Undefined: so far the file was empty or not there. */
  readonly identity?: Identity;
  /** Byte at which the next line begins. */
  readonly offset: number;
  /** In the middle of a line that is too long; what is left of it is passed over. */
  readonly mid: boolean;
  /** Hash of the bytes right before `offset`, at most TAIL of them. */
  readonly tail: string;
  /** When the file was last written to, as far as was seen; nanoseconds. */
  readonly changed: bigint;
}

const HEAD = 1024;
export const TAIL = 128;

export const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64url').slice(0, 22);

/** Dates as logs write them, and JSON, which has one inside. */
const STAMPED = /^(?:<\d|\d{4}-\d\d-|\d{9,}|[A-Z][a-z]{2} [ \d]\d |\{|\[)/;

/** The first line, once it is whole, or what there is of it `anyway`. */
export async function headOf(
  bytes: Bytes,
  anyway = false,
): Promise<{ readonly head: string; readonly stamped: boolean; readonly text: string } | undefined> {
  const first = await bytes.read(0, HEAD);
  const newline = first.indexOf(10);
  if (newline === -1 && first.length < HEAD && !(anyway && first.length > 0)) return undefined;
  const line = newline === -1 ? first : first.subarray(0, newline + 1);
  const text = line.toString('latin1');
  return { head: hashOf(line), stamped: STAMPED.test(text), text };
}

export function writeCursor({ identity, offset, mid, tail, changed }: Cursor): string {
  return JSON.stringify({ ...identity, offset, ...(mid ? { mid } : {}), tail, changed: String(changed) });
}

/** Undefined: it was not written by `writeCursor`. */
export function cursorOf(text: string | undefined): Cursor | undefined {
  return readCursor(text, ({ node, head, cut, born, offset, mid, tail, changed }) => {
    if (typeof offset !== 'number' || !Number.isSafeInteger(offset) || offset < 0) return undefined;
    if (typeof tail !== 'string' || typeof changed !== 'string' || !/^\d{1,20}$/.test(changed)) return undefined;
    const place = { offset, mid: mid === true, tail, changed: BigInt(changed) };
    if (typeof node !== 'string' || typeof head !== 'string' || typeof cut !== 'number') return place;
    return { ...place, identity: { node, head, cut, ...(typeof born === 'number' ? { born } : {}) } };
  });
}

/** Whether this is the file that was read up to the cursor. */
export async function isOf(bytes: Bytes, { identity, offset, tail }: Cursor): Promise<boolean> {
  if (identity === undefined) return false;
  if ((await headOf(bytes))?.head !== identity.head) return false;
  const from = Math.max(0, offset - TAIL);
  const seen = await bytes.read(from, offset - from);
  return seen.length === offset - from && hashOf(seen) === tail;
}
