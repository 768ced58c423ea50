import { PAD } from './block.ts';

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

/**
 * Finds what a message may be by looking at one byte of it after the other. Flat arrays: to follow references from object to
 * object costs more than all else, because the log that streams by leaves little room in the cache.
 */
export interface Crossings {
  /** A new crossing. @throws when there is no room for more */
  add(branches: readonly Branch[]): number;
  /** Where in `ways` stands how many items the message between `from` and `to` may be; they follow. */
  leafOf(start: number, bytes: Uint8Array, from: number, to: number): number;
  /** 128 places for each crossing: the next one by the byte's lower seven bits, made when it is first needed; or the items. */
  readonly ways: Int16Array;
  /** Makes all that could ever be needed, and says how many there are. */
  complete(): number;
}

const CODES = 128;
/** So many bytes from either end are looked at. */
const HEAD = Math.min(48, PAD);
export const TAIL = 8;
const LEAF = 127;

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

export function crossings(room = 4096): Crossings {
  /** Of each crossing, which byte is looked at: so far behind the start, or, below 0, behind the end; or LEAF. */
  const places = new Int8Array(room);
  const ways = new Int16Array(room * CODES);
  /** What is left at each. The first stays empty, so that 0 says that nobody went this way yet. */
  const left: (readonly Branch[])[] = [[]];
  const byItems = new Map<string, number>();

  function add(branches: readonly Branch[]): number {
    const at = branches.length < 2 ? LEAF : bestPlace(branches);
    if (at === LEAF && branches.some(({ item }) => item < 0)) {
      const opened = branches.flatMap((branch) => branch.open?.() ?? [branch]);
      return add(opened.sort((one, other) => one.rank - other.rank));
    }
    if (left.length === room) throw new Error('no room for so many messages');
    const made = left.push(branches) - 1;
    places[made] = at;
    if (at === LEAF) {
      if (branches.length >= CODES) throw new Error('too many messages that nothing tells apart');
      ways.set([branches.length, ...branches.map(({ item }) => item)], made * CODES);
    }
    return made;
  }

  function newWay(one: number, code: number): number {
    const at = places[one] as number;
    const some = (left[one] ?? []).filter((branch) => mayHave(branch, at, code));
    const items = some.map(({ item }) => item).join();
    const known = byItems.get(items);
    const next = known ?? add(some);
    if (known === undefined) byItems.set(items, next);
    ways[(one << 7) | code] = next;
    return next;
  }

  return {
    add,
    ways,
    leafOf(start, bytes, from, to) {
      let one = start;
      for (;;) {
        const at = places[one] as number;
        if (at === LEAF) return one << 7;
        const code = (bytes[at >= 0 ? from + at : Math.max(0, to + at)] as number) & 127;
        const next = ways[(one << 7) | code] as number;
        one = next === 0 ? newWay(one, code) : next;
      }
    },
    complete() {
      for (let one = 1; one < left.length; one++)
        if (places[one] !== LEAF) for (let code = 0; code < CODES; code++) newWay(one, code);
      return left.length;
    },
  };
}
