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

/** Events over time, in at most `most` bins whose width grows as it must. */
export function trend(most = 2048): { add(at: number, times: number): void; bins(count: number): readonly number[] } {
  let width = 60_000;
  let bins = new Map<number, number>();
  return {
    add(at, times) {
      const bin = Math.floor(at / width);
      bins.set(bin, (bins.get(bin) ?? 0) + times);
      while (bins.size > most) {
        width *= 2;
        const wider = new Map<number, number>();
        for (const [one, n] of bins) wider.set(Math.floor(one / 2), (wider.get(Math.floor(one / 2)) ?? 0) + n);
        bins = wider;
      }
    },
    bins(count) {
      if (bins.size === 0) return [];
      let first = Number.POSITIVE_INFINITY;
      let last = Number.NEGATIVE_INFINITY;
      for (const bin of bins.keys()) {
        first = Math.min(first, bin);
        last = Math.max(last, bin);
      }
      const made = new Array<number>(count).fill(0);
      for (const [bin, n] of bins) {
        const at = Math.min(count - 1, Math.floor(((bin - first) / (last - first + 1)) * count));
        made[at] = (made[at] ?? 0) + n;
      }
      return made;
    },
  };
}
