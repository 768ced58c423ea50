import { lastMask, page } from './page.ts';

/** In each byte of a word the bit that no byte of ASCII has. */
const HIGH = 0x80808080 | 0;

/** Bytes of UTF-8 stand on the page as Latin-1. */
const decoded = (text: string): string => Buffer.from(text, 'latin1').toString('utf8');

function long(from: number, to: number): string {
  const cut = page.text.slice(from, to);
  return /[\x80-\xff]/.test(cut) ? decoded(cut) : cut;
}

/** Makes `cut`; within a function for the sake of its constants, see `matcher`. */
function cutter(): (from: number, to: number) => string {
  const PAGE = page;
  const VIEW = page.view;
  // The texts that were cut out last, by a hash of their bytes: of each its length and, four at a time, its bytes.
  const KNOWN = 64;
  /** Words of one; longer texts are made each time. */
  const WORDS = 12;
  const words = new Int32Array(KNOWN * WORDS);
  const lengths = new Uint8Array(KNOWN);
  const texts: string[] = new Array<string>(KNOWN).fill('');

  return function cut(from: number, to: number): string {
    const length = to - from;
    if (length > WORDS * 4 || length <= 0) return long(from, to);
    const last = (length - 1) >> 2;
    const tail = VIEW.getInt32(from + last * 4, true) & lastMask(length);
    const slot = Math.imul(tail ^ (length << 9), 0x9e3779b1) >>> 26;
    const first = slot * WORDS;
    let same = lengths[slot] === length && words[first + last] === tail;
    for (let i = 0; same && i < last; i++) same = words[first + i] === VIEW.getInt32(from + i * 4, true);
    if (same) return texts[slot] as string;
    let high = tail;
    for (let i = 0; i < last; i++) {
      const word = VIEW.getInt32(from + i * 4, true);
      words[first + i] = word;
      high |= word;
    }
    words[first + last] = tail;
    lengths[slot] = length;
    const slice = PAGE.text.slice(from, to);
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
