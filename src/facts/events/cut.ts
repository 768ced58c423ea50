import { type Block, lastMask } from './block.ts';

// The texts that were cut out last, by a hash of their bytes: of each its length and, four at a time, its bytes.
const KNOWN = 64;
/** Words of one; longer texts are made each time. */
const WORDS = 12;
const words = new Int32Array(KNOWN * WORDS);
const lengths = new Uint8Array(KNOWN);
const texts: string[] = new Array<string>(KNOWN).fill('');

/** As text; bytes of UTF-8 stand in a block as Latin-1. */
function made({ text, ascii }: Block, from: number, to: number): string {
  const cut = text.slice(from, to);
  return ascii || !/[\x80-\xff]/.test(cut) ? cut : Buffer.from(cut, 'latin1').toString('utf8');
}

/**
 * The text between `from` and `to`. The lines of one connection name the same user and address: to see that again costs less
 * than to make it anew.
 */
export function cut(block: Block, from: number, to: number): string {
  const length = to - from;
  if (length > WORDS * 4 || length <= 0) return made(block, from, to);
  const { view } = block;
  const last = (length - 1) >> 2;
  const tail = view.getInt32(from + last * 4, true) & lastMask(length);
  const slot = Math.imul(tail ^ (length << 9), 0x9e3779b1) >>> 26;
  const first = slot * WORDS;
  let same = lengths[slot] === length && words[first + last] === tail;
  for (let i = 0; same && i < last; i++) same = words[first + i] === view.getInt32(from + i * 4, true);
  if (same) return texts[slot] as string;
  for (let i = 0; i < last; i++) words[first + i] = view.getInt32(from + i * 4, true);
  words[first + last] = tail;
  lengths[slot] = length;
  const text = made(block, from, to);
  texts[slot] = text;
  return text;
}
