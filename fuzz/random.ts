/** Numbers that look random and are the same for the same seed (xorshift of 32 bits). */
export interface Random {
  /** From 0 to `below - 1`. */
  below(below: number): number;
  pick<T>(list: readonly T[]): T;
}

export function random(seed: number): Random {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state = (state ^ (state << 5)) >>> 0;
    return state;
  };
  for (let i = 0; i < 8; i++) next();
  const below = (most: number): number => (most <= 1 ? 0 : next() % most);
  return { below, pick: (list) => list[below(list.length)] as (typeof list)[number] };
}
