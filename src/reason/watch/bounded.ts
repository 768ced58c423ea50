/** What is remembered of many, for a limited number of them. */
export interface Bounded<V> {
  get(key: string): V | undefined;
  /** What is remembered of the key, or newly made; the key is now the one that was heard of last. */
  touch(key: string, make: () => V): V;
  delete(key: string): void;
  readonly size: number;
  entries(): IterableIterator<[string, V]>;
  /** Those that came often, the one that was heard of last at the end; `restore` takes them back. */
  steady(): readonly (readonly [string, V])[];
  restore(saved: readonly (readonly [string, V])[]): void;
}

/** Touches after which one is no passer-by. */
const OFTEN = 3;

/**
 * A copy that does not hold on to the block of the log that a string was cut from: V8 keeps the whole block alive for a slice of 13
 * characters or more.
 */
export const flat = (text: string): string => (text.length < 13 ? text : ` ${text}`.slice(1));

/**
 * Remembers `passing` keys that came once or twice and `steady` ones that came more often, each the most recent of its kind:
 * a million addresses that try once each do not push out the one that goes on for days.
 */
export function bounded<V>(passing: number, steady: number, onGone?: (key: string, value: V) => void): Bounded<V> {
  const young = new Map<string, { value: V; touched: number }>();
  const old = new Map<string, V>();

  const shrink = (): void => {
    if (old.size > steady) {
      const first = old.entries().next().value as [string, V];
      old.delete(first[0]);
      young.set(first[0], { value: first[1], touched: 1 });
    }
    if (young.size > passing) {
      const first = young.entries().next().value as [string, { value: V }];
      young.delete(first[0]);
      onGone?.(first[0], first[1].value);
    }
  };

  return {
    get: (key) => old.get(key) ?? young.get(key)?.value,
    touch(key, make) {
      const known = old.get(key);
      if (known !== undefined) {
        old.delete(key);
        old.set(key, known);
        return known;
      }
      const one = young.get(key);
      if (one === undefined) {
        const value = make();
        young.set(flat(key), { value, touched: 1 });
        shrink();
        return value;
      }
      one.touched += 1;
      young.delete(key);
      if (one.touched >= OFTEN) old.set(flat(key), one.value);
      else young.set(flat(key), one);
      shrink();
      return one.value;
    },
    delete(key) {
      old.delete(key);
      young.delete(key);
    },
    get size() {
      return old.size + young.size;
    },
    steady: () => [...old],
    restore(saved) {
      for (const [key, value] of saved.slice(-steady)) old.set(key, value);
    },
    *entries() {
      for (const [key, one] of young) yield [key, one.value] as [string, V];
      yield* old;
    },
  };
}
