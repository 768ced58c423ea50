import { PAD } from '../page.ts';
import { CODES, LEAF } from '../unpack.ts';

/** Something that messages may be, by their first and last characters. */
export interface Branch {
  /** What it is called in `ways`; below 0: several that are only told apart when they have to be. */
  readonly item: number;
  /** Of branches that are left at one crossing the lowest comes first. */
  readonly rank: number;
  /** The words that it may begin with. */
  readonly words: readonly string[];
  /** So many of their characters are looked at: the shortest has no more. */
  readonly sure: number;
  /** Characters (codes below 128) that may follow them; empty: any. */
  readonly next: readonly number[];
  /** The words that it ends with, backwards, and what may stand before them. */
  readonly end: string;
  readonly previous: readonly number[];
  /** Those that it stands for, if it is several. */
  open?(): readonly Branch[];
}

/** Where it is told what a message may be, by looking at one byte of it after the other. */
export interface Crossing {
  /** Which byte is looked at: so far behind the start, or, below 0, behind the end; LEAF: none, all is known. */
  readonly place: number;
  /** The next crossing by the byte's lower seven bits; of a leaf the items that the message may be. */
  readonly ways: readonly number[];
}

/** So many bytes from either end are looked at. */
const HEAD = Math.min(48, PAD);
export const TAIL = 8;

/** The one code that may stand there; -1: any; -2: several, see `codesAt`. */
function codeAt({ words, sure, next, end, previous }: Branch, at: number): number {
  if (at < 0) {
    if (-1 - at < end.length) return end.charCodeAt(-1 - at) & 127;
    return -1 - at === end.length && previous.length > 0 ? -2 : -1;
  }
  if (at < sure) return words.length === 1 ? (words[0] as string).charCodeAt(at) & 127 : -2;
  return at === sure && next.length > 0 ? -2 : -1;
}

const codesAt = ({ words, sure, next, previous }: Branch, at: number): readonly number[] => {
  if (at < 0) return previous;
  return at < sure ? [...new Set(words.map((one) => one.charCodeAt(at) & 127))] : next;
};

const mayHave = (branch: Branch, at: number, code: number): boolean => {
  const one = codeAt(branch, at);
  return one === code || one === -1 || (one === -2 && codesAt(branch, at).includes(code));
};

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
      const one = codeAt(branch, at);
      if (one === -1) any += 1;
      else if (one >= 0) most = Math.max(most, (counts[one] = (counts[one] as number) + 1));
      else for (const code of codesAt(branch, at)) most = Math.max(most, (counts[code] = (counts[code] as number) + 1));
      if (any + most >= least) break;
    }
    if (any + most >= least) continue;
    least = any + most;
    where = at;
  }
  return where;
}

/**
 * The crossings between what each of several messages may be: where each of `starts` begins, in their order, and all of them. The
 * first is none, so that 0 is no way.
 */
export function crossings(starts: readonly (readonly Branch[])[]): {
  readonly begins: readonly number[];
  readonly all: readonly Crossing[];
} {
  const all: { place: number; ways: number[] }[] = [{ place: LEAF, ways: [] }];
  /** What is left at each. */
  const left: (readonly Branch[])[] = [[]];
  const byItems = new Map<string, number>();

  function add(branches: readonly Branch[]): number {
    const place = branches.length < 2 ? LEAF : bestPlace(branches);
    if (place === LEAF && branches.some(({ item }) => item < 0)) {
      const opened = branches.flatMap((branch) => branch.open?.() ?? [branch]);
      return add(opened.sort((one, other) => one.rank - other.rank));
    }
    all.push({ place, ways: place === LEAF ? branches.map(({ item }) => item) : [] });
    return left.push(branches) - 1;
  }

  function way(one: number, place: number, code: number): number {
    const some = (left[one] ?? []).filter((branch) => mayHave(branch, place, code));
    const items = some.map(({ item }) => item).join();
    const next = byItems.get(items) ?? add(some);
    byItems.set(items, next);
    return next;
  }

  const begins = starts.map(add);
  for (let one = 1; one < all.length; one++) {
    const { place, ways } = all[one] as (typeof all)[number];
    if (place !== LEAF) for (let code = 0; code < CODES; code++) ways.push(way(one, place, code));
  }
  return { begins, all };
}
