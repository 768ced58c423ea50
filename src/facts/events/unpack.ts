import type { Program } from '../../knowledge/events/event.ts';

/** The types of messages in the form in which messages are told apart; numbers are base64, little-endian. */
export interface Compiled {
  /** 32 bits each: the code of all templates. */
  readonly code: string;
  /** 16 bits each, see `packCrossings`. */
  readonly crossings: string;
  /** 16 bits each: of each candidate its type, the bit set of its fields, and where its code begins, or -1 - its pattern. */
  readonly candidates: string;
  /** What is left to regular expressions. */
  readonly patterns: readonly string[];
  /** The crossing where the messages of each program begin. */
  readonly starts: Readonly<Partial<Record<Program, number>>>;
}

/** Ways of one crossing: one for each value of a byte's lower seven bits. */
export const CODES = 128;
/** The place of a crossing at which nothing more is looked at. */
export const LEAF = 127;

/** The bytes in memory of their own, as arrays of numbers need it. */
function bytesOf(text: string): ArrayBuffer {
  const bytes = Buffer.from(text, 'base64');
  const made = new ArrayBuffer(bytes.length);
  bytes.copy(new Uint8Array(made));
  return made;
}

export const unpacked16 = (text: string): Int16Array => new Int16Array(bytesOf(text));
export const unpacked32 = (text: string): Int32Array => new Int32Array(bytesOf(text));

/** Of all crossings. Flat arrays: to follow references from object to object costs more than all else does. */
export interface Crossings {
  readonly places: Int8Array;
  /** CODES of each; of a leaf how many items, and these. */
  readonly ways: Int16Array;
}

export function unpackedCrossings(text: string): Crossings {
  const packed = unpacked16(text);
  const places: number[] = [];
  const starts: number[] = [];
  for (let at = 0; at < packed.length; ) {
    const place = packed[at] as number;
    places.push(place);
    starts.push(at);
    at += place === LEAF ? 2 + (packed[at + 1] as number) : 3 + 2 * (packed[at + 2] as number);
  }
  const ways = new Int16Array(places.length * CODES);
  for (const [one, start] of starts.entries()) {
    const first = one * CODES;
    if (places[one] === LEAF) {
      ways.set(packed.subarray(start + 1, start + 2 + (packed[start + 1] as number)), first);
      continue;
    }
    ways.fill(packed[start + 1] as number, first, first + CODES);
    const end = start + 3 + 2 * (packed[start + 2] as number);
    for (let at = start + 3; at < end; at += 2) ways[first + (packed[at] as number)] = packed[at + 1] as number;
  }
  return { places: Int8Array.from(places), ways };
}
