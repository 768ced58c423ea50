/** What is remembered of many, for a limited number of them. */
export interface Bounded<V> {
  get(key: string): V | undefined;
  /** What is remembered of the key, or newly made; the key is now among those that were heard of last. */
  touch(key: string, make: () => V): V;
  delete(key: string): void;
  readonly size: number;
  entries(): IterableIterator<[string, V]>;
  /** Those that came often; `restore` takes them back. */
  steady(): readonly (readonly [string, V])[];
  restore(saved: readonly (readonly [string, V])[]): void;
  /** Passers-by and then those that came often, with how often a passer-by came (0: often); `refill` takes them back. */
  all(): readonly (readonly [key: string, value: V, touched: number])[];
  refill(saved: readonly (readonly [string, V, number])[]): void;
}

/** Touches after which one is no passer-by. */
const OFTEN = 3;

/**
 * A copy that does not hold on to the block of the log that a string was cut from: V8 keeps the whole block alive for a slice of 13
 * characters or more.
 */
export const flat = (text: string): string => (text.length < 13 ? text : ` ${text}`.slice(1));

/** What is remembered of the keys that were heard of last. */
export interface Generations<V> {
  get(key: string): V | undefined;
  /** Makes it one of the youngest. */
  set(key: string, value: V): void;
  delete(key: string): void;
  readonly size: number;
  entries(): IterableIterator<[string, V]>;
}

/**
 * At most `most` entries in two generations. When the younger has half of them, the older is let go, but for what was heard of
 * since. Nothing has to be moved for what is heard of again and again, and nothing taken from the front of a Map: V8 passes over
 * all that was taken from there before, each time.
 */
export function generations<V>(most: number): Generations<V> {
  const half = Math.max(1, most >> 1);
  let young = new Map<string, V>();
  let old = new Map<string, V>();
  return {
    get(key) {
      const value = young.get(key);
      if (value !== undefined || old.size === 0) return value;
      const before = old.get(key);
      if (before !== undefined) this.set(key, before);
      return before;
    },
    set(key, value) {
      if (young.size >= half) {
        old = young;
        young = new Map();
      }
      young.set(flat(key), value);
    },
    delete(key) {
      young.delete(key);
      old.delete(key);
    },
    get size() {
      let both = 0;
      for (const key of old.keys()) if (young.has(key)) both += 1;
      return young.size + old.size - both;
    },
    *entries() {
      for (const entry of old) if (!young.has(entry[0])) yield entry;
      yield* young;
    },
  };
}

/**
 * Remembers `passing` keys that came once or twice and `steady` ones that came more often, about the most recent of their kind: a
 * million addresses that try once each do not push out the one that goes on for days.
 */
export function bounded<V>(passing: number, steady: number): Bounded<V> {
  const passers = generations<{ readonly value: V; touched: number }>(passing);
  const regulars = generations<V>(steady);
  return {
    get: (key) => regulars.get(key) ?? passers.get(key)?.value,
    touch(key, make) {
      const known = regulars.get(key);
      if (known !== undefined) return known;
      const one = passers.get(key);
      if (one === undefined) {
        const value = make();
        passers.set(key, { value, touched: 1 });
        return value;
      }
      one.touched += 1;
      if (one.touched >= OFTEN) {
        passers.delete(key);
        regulars.set(key, one.value);
      }
      return one.value;
    },
    delete(key) {
      regulars.delete(key);
      passers.delete(key);
    },
    get size() {
      return regulars.size + passers.size;
    },
    *entries() {
      for (const [key, one] of passers.entries()) yield [key, one.value] as [string, V];
      yield* regulars.entries();
    },
    steady: () => [...regulars.entries()],
    restore(saved) {
      for (const [key, value] of saved) regulars.set(key, value);
    },
    all: () => [
      ...[...passers.entries()].map(([key, { value, touched }]) => [key, value, touched] as const),
      ...[...regulars.entries()].map(([key, value]) => [key, value, 0] as const),
    ],
    refill(saved) {
      for (const [key, value, touched] of saved)
        if (touched === 0) regulars.set(key, value);
        else passers.set(key, { value, touched });
    },
  };
}
