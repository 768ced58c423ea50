/** Numbers that are the same for the same seed. */
export interface Random {
  /** From 0 up to 1. */
  next(): number;
  /** Whole, from 0, below n. */
  upTo(n: number): number;
  between(least: number, most: number): number;
  pick<T>(of: readonly T[]): T;
  /** Pauses of a Poisson process, of this mean. */
  pause(mean: number): number;
}

/** Mulberry32. */
export function random(seed: number): Random {
  let state = Math.imul(seed, 0x9e3779b1);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const upTo = (n: number): number => Math.floor(next() * n);
  return {
    next,
    upTo,
    between: (least, most) => least + next() * (most - least),
    pick: <T>(of: readonly T[]): T => of[upTo(of.length)] as T,
    pause: (mean) => -Math.log(1 - next()) * mean,
  };
}
