import { type Got, meets, type Wish } from './value.ts';

/** What a lookup gave: whether the value is in the set, and where (for maps). */
export interface Hit {
  readonly in: boolean | undefined;
  /** Position of the element that was hit; of every one that might be when that is not sure. */
  readonly at: readonly number[];
}

/** A set or the keys of a map, made ready for lookups. */
export interface Index {
  /** One value a dimension. */
  lookup(values: readonly Got[]): Hit;
}

const MISS: Hit = { in: false, at: [] };

/** Elements one after the other; those that are single values in every dimension by a table. */
export function listIndex(elements: readonly (readonly Wish[] | undefined)[]): Index {
  let exact: Map<string, number> | undefined;
  const rest: number[] = [];
  const keyOf = (element: readonly Wish[]): string | undefined => {
    let key = '';
    for (const wish of element) {
      if ('word' in wish) {
        if (wish.word.endsWith('*')) return undefined;
        key += `${wish.word} `;
      } else if (wish.low === wish.high) key += `${wish.low} `;
      else return undefined;
    }
    return key;
  };
  const build = (): Map<string, number> => {
    const table = new Map<string, number>();
    for (const [at, element] of elements.entries()) {
      const key = element && keyOf(element);
      if (key === undefined) rest.push(at);
      else if (!table.has(key)) table.set(key, at);
    }
    return table;
  };
  const scan = (values: readonly Got[], among: Iterable<number>): Hit => {
    const maybe: number[] = [];
    for (const at of among) {
      const element = elements[at];
      let all: boolean | undefined = element ? true : undefined;
      for (let d = 0; element && d < element.length && all !== false; d++) {
        const wish = element[d];
        const one = wish && d < values.length ? meets(values[d], wish) : undefined;
        if (one !== true) all = one;
      }
      // A catch-all comes last, whatever else there is (nft(8), "*" in maps).
      if (all) return maybe.length > 0 ? { in: true, at: [...maybe, at] } : { in: true, at: [at] };
      if (all === undefined) maybe.push(at);
    }
    return maybe.length > 0 ? { in: undefined, at: maybe } : MISS;
  };
  return {
    lookup(values) {
      if (values.includes(null)) return MISS;
      if (elements.length <= 16 || values.some((value) => value === undefined || typeof value === 'object'))
        return scan(values, elements.keys());
      exact ??= build();
      const at = exact.get(`${values.join(' ')} `);
      return at === undefined ? scan(values, rest) : { in: true, at: [at] };
    },
  };
}

/** Many ranges of one dimension, all numbers or all bigints: sorted once, then halved. */
export function rangeIndex(lows: ArrayLike<number | bigint>, highs: ArrayLike<number | bigint>): Index {
  let low = lows;
  let high = highs;
  let ready = false;
  const prepare = (): void => {
    ready = true;
    let sorted = true;
    let single = true;
    for (let i = 0; i < low.length; i++) {
      if (i > 0 && (low[i] as number) <= (high[i - 1] as number)) sorted = false;
      if (low[i] !== high[i]) single = false;
    }
    if (sorted) return;
    if (single && typeof low[0] === 'number') {
      low = high = Float64Array.from(low as ArrayLike<number>).sort();
      return;
    }
    const order = Array.from({ length: low.length }, (_, i) => i).sort((a, b) => {
      const [x, y] = [low[a] as number, low[b] as number];
      return x < y ? -1 : x > y ? 1 : 0;
    });
    const merged: [(number | bigint)[], (number | bigint)[]] = [[], []];
    for (const i of order) {
      const [from, to] = [low[i] as number, high[i] as number];
      const last = merged[1].length - 1;
      if (last >= 0 && from <= (merged[1][last] as number)) {
        if (to > (merged[1][last] as number)) merged[1][last] = to;
      } else {
        merged[0].push(from);
        merged[1].push(to);
      }
    }
    [low, high] = merged;
  };
  const find = (value: number | bigint): number => {
    let [a, b] = [0, low.length - 1];
    while (a < b) {
      const middle = (a + b + 1) >> 1;
      if ((low[middle] as number) <= value) a = middle;
      else b = middle - 1;
    }
    return a;
  };
  return {
    lookup([got]) {
      if (got === null || low.length === 0) return MISS;
      if (got === undefined || typeof got === 'string') return { in: undefined, at: [] };
      if (!ready) prepare();
      const value = typeof got === 'object' ? got.high : got;
      const at = find(value);
      const [from, to] = [low[at] as number, high[at] as number];
      if (typeof got !== 'object') return from <= value && value <= to ? { in: true, at: [] } : MISS;
      if (from <= got.low && got.high <= to) return { in: true, at: [] };
      return from <= got.high && got.low <= to ? { in: undefined, at: [] } : MISS;
    },
  };
}
