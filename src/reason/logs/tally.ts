/** How often something was let in and refused, and when first and last (epoch milliseconds). */
export interface Tallied {
  readonly name: string;
  letIn: number;
  refused: number;
  first: number | undefined;
  last: number | undefined;
}

export interface Tally {
  add(name: string, outcome: 'in' | 'refused', at: number | undefined, times: number): void;
  /** The most frequent first. */
  top(count: number): readonly Tallied[];
  /** Names that are known now. */
  size(): number;
  /** So many events at most are missing of any name, because there were more names than are kept. */
  missing(): number;
}

/**
 * Counts by name in bounded memory: beyond twice `keep` names the rarest are forgotten (lossy counting), and it is said
 * how much may be missing. Whoever tries a million names cannot fill the memory.
 */
export function tally(keep = 20_000): Tally {
  const all = new Map<string, Tallied>();
  let missing = 0;

  const forget = (): void => {
    const sorted = [...all.values()].sort((a, b) => b.letIn + b.refused - (a.letIn + a.refused));
    missing += (sorted[keep]?.letIn ?? 0) + (sorted[keep]?.refused ?? 0);
    for (const one of sorted.slice(keep)) all.delete(one.name);
  };

  return {
    add(name, outcome, at, times) {
      let one = all.get(name);
      if (one === undefined) {
        if (all.size >= 2 * keep) forget();
        // A copy: a slice would keep the whole block of the log in memory.
        const copy = Buffer.from(name).toString();
        one = { name: copy, letIn: 0, refused: 0, first: at, last: at };
        all.set(copy, one);
      }
      if (outcome === 'in') one.letIn += times;
      else one.refused += times;
      if (at === undefined) return;
      if (one.first === undefined || at < one.first) one.first = at;
      if (one.last === undefined || at > one.last) one.last = at;
    },
    top(count) {
      const by = (a: Tallied, b: Tallied): number =>
        b.letIn + b.refused - (a.letIn + a.refused) || (a.name < b.name ? -1 : 1);
      return [...all.values()].sort(by).slice(0, count);
    },
    size: () => all.size,
    missing: () => missing,
  };
}
