import { type Block, lastMask } from './block.ts';

/** In each byte of a word the bit that no byte of ASCII has. */
const HIGH = 0x80808080 | 0;

/** Bytes of UTF-8 stand in a block as Latin-1. */
const decoded = (text: string): string => Buffer.from(text, 'latin1').toString('utf8');

function long({ text }: Block, from: number, to: number): string {
  const cut = text.slice(from, to);
  return /[\x80-\xff]/.test(cut) ? decoded(cut) : cut;
}

/** Makes `cut`; within a function for the sake of its constants, see `templates`. */
function cutter(): (block: Block, from: number, to: number) => string {
  // The texts that were cut out last, by a hash of their bytes: of each its length and, four at a time, its bytes.
  const KNOWN = 64;
  /** Words of one; longer texts are made each time. */
  const WORDS = 12;
  const words = new Int32Array(KNOWN * WORDS);
  const lengths = new Uint8Array(KNOWN);
  const texts: string[] = new Array<string>(KNOWN).fill('');

  return function cut(block: Block, from: number, to: number): string {
    const length = to - from;
    if (length > WORDS * 4 || length <= 0) return long(block, from, to);
    const { view } = block;
    const last = (length - 1) >> 2;
    const tail = view.getInt32(from + last * 4, true) & lastMask(length);
    const slot = Math.imul(tail ^ (length << 9), 0x9e3779b1) >>> 26;
    const first = slot * WORDS;
    let same = lengths[slot] === length && words[first + last] === tail;
    for (let i = 0; same && i < last; i++) same = words[first + i] === view.getInt32(from + i * 4, true);
    if (same) return texts[slot] as string;
    let high = tail;
    for (let i = 0; i < last; i++) {
      const word = view.getInt32(from + i * 4, true);
      words[first + i] = word;
      high |= word;
    }
    words[first + last] = tail;
    lengths[slot] = length;
    const slice = block.text.slice(from, to);
    const text = (high & HIGH) === 0 ? slice : decoded(slice);
    texts[slot] = text;
    return text;
  };
}

/**
 * The text between `from` and `to`. The lines of one connection name the same user and address: to see that again costs less
 * than to make it anew.
 */
export const cut = cutter();
