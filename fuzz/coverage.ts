/** What of the program's own source was run, by the counters that `instrument.ts` has put into it. */
export interface Coverage {
  /** Branches that ran since the last call, which had not run since `forget`, or not about so often. */
  fresh(): number;
  /** Begins again. */
  forget(): void;
  /** Percent of the branches that ran, of the source files of which anything ran. */
  percent(): number;
}

/** Counts of 1, 2, 3, 4–15, 16–255 tell apart what a loop did; each is a bit. */
const bits = new Uint8Array(256).map((_, count) =>
  count === 0 ? 0 : count <= 3 ? 1 << (count - 1) : count < 16 ? 8 : 16,
);

/** `ran`: the counters; `fileOf`: the source file of each. */
export function coverage(ran: Uint8Array, fileOf: readonly number[]): Coverage {
  const seen = new Uint8Array(ran.length);
  return {
    fresh() {
      let fresh = 0;
      for (let i = 0; i < ran.length; i++) {
        const count = ran[i] as number;
        if (count === 0) continue;
        const bit = bits[count] as number;
        if (((seen[i] as number) & bit) === 0) {
          seen[i] = (seen[i] as number) | bit;
          fresh += 1;
        }
      }
      ran.fill(0);
      return fresh;
    },
    forget() {
      ran.fill(0);
      seen.fill(0);
    },
    percent() {
      const reached = new Set(fileOf.filter((_, i) => seen[i] !== 0));
      const inThem = fileOf.flatMap((file, i) => (reached.has(file) ? [seen[i] !== 0] : []));
      return inThem.length === 0 ? 0 : Math.round((100 * inThem.filter((ranOnce) => ranOnce).length) / inThem.length);
    },
  };
}
