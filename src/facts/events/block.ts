import { isAscii } from 'node:buffer';

/**
 * Bytes that messages are read from, and the same as Latin-1 text: bytes are compared, four at a time, and text is cut.
 * Behind the last message there are at least `PAD` bytes of anything.
 */
export interface Block {
  readonly bytes: Buffer;
  readonly view: DataView;
  text: string;
  /** Then no field has to be decoded. */
  ascii: boolean;
}

export const PAD = 64;

/** @param size in bytes, without what is behind */
export function emptyBlock(size: number): Block {
  const bytes = Buffer.alloc(size + PAD);
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), text: '', ascii: true };
}

/** The first `length` bytes of it are new. */
export function refresh(block: Block, length: number): void {
  block.text = block.bytes.toString('latin1', 0, length);
  block.ascii = isAscii(block.bytes.subarray(0, length));
}

/** A block of one text. */
export function blockOf(text: string): Block {
  const length = Buffer.byteLength(text);
  const block = emptyBlock(length);
  block.bytes.write(text, 0, length);
  refresh(block, length);
  return block;
}

/** Text to hold bytes of a block against: its bytes four at a time (little-endian); of the last four only those in `mask`. */
export interface Literal {
  length: number;
  readonly words: Int32Array;
  mask: number;
}

/** Room for a literal of at most `most` bytes. */
export const roomFor = (most: number): Literal => ({ length: 0, words: new Int32Array((most + 3) >> 2), mask: 0 });

/** Makes the literal the `length` bytes at `at` of a block. */
export function copyTo(literal: Literal, view: DataView, at: number, length: number): void {
  const count = (length + 3) >> 2;
  for (let i = 0; i < count; i++) literal.words[i] = view.getInt32(at + i * 4, true);
  literal.length = length;
  literal.mask = lastMask(length);
}

/** Which bytes of the last word of so many are of them. */
export const lastMask = (length: number): number => (-1 >>> (((4 - (length & 3)) & 3) * 8)) | 0;

export function literalOf(text: string): Literal {
  const made = roomFor(text.length);
  const { words } = made;
  for (let i = 0; i < text.length; i++) {
    const at = i >> 2;
    words[at] = (words[at] as number) | ((text.charCodeAt(i) & 255) << ((i & 3) * 8));
  }
  made.length = text.length;
  made.mask = lastMask(text.length);
  return made;
}

/** Whether the literal stands at `at`, which has to be within the block. */
export function has(view: DataView, at: number, literal: Literal): boolean {
  const last = (literal.length - 1) >> 2;
  if (last < 0) return true;
  const { words } = literal;
  if (((view.getInt32(at + last * 4, true) ^ (words[last] as number)) & literal.mask) !== 0) return false;
  for (let i = 0; i < last; i++) if (view.getInt32(at + i * 4, true) !== words[i]) return false;
  return true;
}
