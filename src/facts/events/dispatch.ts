import { PAD } from './block.ts';

/** Something that messages may be, by their first and last characters. */
export interface Branch {
  readonly item: number;
  /** Which characters (codes below 128) may stand so far behind the start; behind the last of these any. */
  readonly head: readonly (readonly number[])[];
  /** The same from the end on backwards. */
  readonly tail: readonly (readonly number[])[];
}

/**
 * Finds what a message may be by looking at one byte of it after the other. Flat arrays: to follow references from object to
 * object costs more than all else, because the log that streams by leaves little room in the cache.
 */
export interface Crossings {
  /** Of each crossing, which byte is looked at: so far behind the start, or, below 0, behind the end; or LEAF. */
  at: Int8Array;
  /** 128 places each: the next crossing by the byte's lower seven bits, made when it is first needed; of a leaf how many items are left, and these. */
  ways: Int16Array;
  /** What is left at each. */
  readonly left: (readonly Branch[])[];
  /** By the items that are left. */
  readonly byItems: Map<string, number>;
}

const CODES = 128;
/** So many bytes from either end are looked at. */
const HEAD = Math.min(48, PAD);
const TAIL = 8;
const LEAF = 127;

/** The first place stays empty, so that 0 says that nobody went this way yet. */
export const crossings = (): Crossings => ({
  at: new Int8Array(64),
  ways: new Int16Array(64 * CODES),
  left: [[]],
  byItems: new Map(),
});

/** A new crossing, of which the branches keep their order. */
export function addCrossing(all: Crossings, branches: readonly Branch[]): number {
  const made = all.left.push(branches) - 1;
  if (made === all.at.length) {
    const { at, ways } = all;
    all.at = new Int8Array(at.length * 2);
    all.at.set(at);
    all.ways = new Int16Array(ways.length * 2);
    all.ways.set(ways);
  }
  const at = branches.length < 2 ? LEAF : bestPlace(branches);
  all.at[made] = at;
  if (at === LEAF) {
    if (branches.length >= CODES) throw new Error('too many messages that nothing tells apart');
    all.ways.set([branches.length, ...branches.map(({ item }) => item)], made * CODES);
  }
  return made;
}

/** Where in `ways` stands how many items the message between `from` and `to` may be; they follow. */
export function leafOf(all: Crossings, start: number, bytes: Uint8Array, from: number, to: number): number {
  let one = start;
  for (;;) {
    const at = all.at[one] as number;
    if (at === LEAF) return one << 7;
    const code = (bytes[at >= 0 ? from + at : Math.max(0, to + at)] as number) & 127;
    const next = all.ways[(one << 7) | code] as number;
    one = next === 0 ? newWay(all, one, code) : next;
  }
}

const codesAt = ({ head, tail }: Branch, at: number): readonly number[] | undefined =>
  at >= 0 ? head[at] : tail[-1 - at];

function newWay(all: Crossings, one: number, code: number): number {
  const at = all.at[one] as number;
  const some: Branch[] = [];
  for (const branch of all.left[one] ?? []) {
    const codes = codesAt(branch, at);
    if (codes === undefined || codes.includes(code)) some.push(branch);
  }
  const items = some.map(({ item }) => item).join();
  const known = all.byItems.get(items);
  const next = known ?? addCrossing(all, some);
  if (known === undefined) all.byItems.set(items, next);
  all.ways[(one << 7) | code] = next;
  return next;
}

/** Where a look leaves the fewest branches on the way with the most; LEAF: nowhere fewer than now. */
function bestPlace(branches: readonly Branch[]): number {
  let where = LEAF;
  let least = branches.length;
  const counts = new Uint32Array(CODES);
  for (let at = -TAIL; at < HEAD; at++) {
    counts.fill(0);
    let any = 0;
    let most = 0;
    for (const branch of branches) {
      const codes = codesAt(branch, at);
      if (codes === undefined) any += 1;
      else for (const code of codes) most = Math.max(most, (counts[code] = (counts[code] as number) + 1));
      if (any + most >= least) break;
    }
    if (any + most >= least) continue;
    least = any + most;
    where = at;
  }
  return where;
}
