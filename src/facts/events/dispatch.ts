import { PAD } from './block.ts';

/** Something that messages of certain beginnings may be. */
export interface Branch<T> {
  readonly item: T;
  /** Which characters (codes below 128) may stand so far behind the start; behind the last of these any. */
  readonly head: readonly (readonly number[])[];
  /** The same from the end on backwards. */
  readonly tail: readonly (readonly number[])[];
}

/** Looks at one byte of a message at a time, until few things are left that it may be. */
export interface Crossing<T> {
  /** Whether a byte is looked at here; `unknown`: nobody came here yet. */
  state: 'unknown' | 'crossing' | 'end';
  /** Which: so far behind the start, or, below 0, behind the end. */
  at: number;
  /** By the byte's lower seven bits: a byte of no ASCII shares its way with another, which costs a comparison and nothing else. */
  ways: readonly Crossing<T>[];
  items: readonly T[];
  readonly branches: readonly Branch<T>[];
}

const CODES = 128;
const MOST = PAD;

/** The branches keep their order. */
export const crossing = <T>(branches: readonly Branch<T>[]): Crossing<T> => ({
  state: 'unknown',
  at: 0,
  ways: [],
  items: [],
  branches,
});

/** What is left of what a message between `from` and `to` may be. */
export function itemsAt<T>(start: Crossing<T>, bytes: Uint8Array, from: number, to: number): readonly T[] {
  let way = start;
  while (way.state !== 'end') {
    if (way.state === 'unknown') expand(way);
    else {
      const { at } = way;
      const code = bytes[at >= 0 ? from + at : Math.max(0, to + at)] as number;
      way = way.ways[code & 127] as Crossing<T>;
    }
  }
  return way.items;
}

const codesAt = <T>({ head, tail }: Branch<T>, at: number): readonly number[] | undefined =>
  at >= 0 ? head[at] : tail[-1 - at];

/** Where a look leaves the fewest branches on the way with the most; undefined: nowhere fewer than now. */
function bestPlace<T>(branches: readonly Branch<T>[]): number | undefined {
  let where: number | undefined;
  let least = branches.length;
  const counts = new Uint32Array(CODES);
  for (let at = -MOST; at < MOST; at++) {
    counts.fill(0);
    let any = 0;
    for (const branch of branches) {
      const codes = codesAt(branch, at);
      if (codes === undefined) any += 1;
      else for (const code of codes) counts[code] = (counts[code] as number) + 1;
    }
    if (any >= least) continue;
    const most = any + counts.reduce((max, n) => Math.max(max, n), 0);
    if (most >= least) continue;
    least = most;
    where = at;
  }
  return where;
}

function expand<T>(way: Crossing<T>): void {
  const { branches } = way;
  const at = branches.length < 2 ? undefined : bestPlace(branches);
  way.state = at === undefined ? 'end' : 'crossing';
  if (at === undefined) {
    way.items = branches.map((one) => one.item);
    return;
  }
  way.at = at;
  const nowhere = crossing<T>([]);
  way.ways = Array.from({ length: CODES }, (_, code) => {
    const some = branches.filter((branch) => codesAt(branch, at)?.includes(code) ?? true);
    return some.length === 0 ? nowhere : crossing(some);
  });
}
