const MINUTE = 60_000;
/** Widths of a step in milliseconds; each is a multiple of the one before, so that steps can be joined. */
const STEPS = [1, 5, 15, 60, 360, 1440, 10_080, 40_320, 524_160].map((minutes) => minutes * MINUTE);

/** What happened over time, in steps that all names share. */
export interface Timeline<Name extends string> {
  /** Beginning of the first step, epoch milliseconds; undefined: nothing had a time. */
  readonly from?: number;
  /** Milliseconds; whole minutes, hours or days, in UTC. */
  readonly stepMs: number;
  /** How often, step by step; all lists are as long as one another. */
  readonly counts: Readonly<Record<Name, readonly number[]>>;
}

/** Counts events over time in bounded memory: the steps become wider as the covered time grows. At most `most` steps at the end. */
export function timeline<Name extends string>(
  names: readonly Name[],
  most = 60,
): { add(name: Name, at: number, times?: number): void; end(): Timeline<Name> } {
  const kept = 2048;
  let level = 0;
  let bins = new Map<number, Record<string, number>>();

  const widen = (): void => {
    const factor = (STEPS[level + 1] as number) / (STEPS[level] as number);
    const wider = new Map<number, Record<string, number>>();
    for (const [bin, counts] of bins) {
      const into = wider.get(Math.floor(bin / factor));
      if (into === undefined) wider.set(Math.floor(bin / factor), { ...counts });
      else for (const [name, n] of Object.entries(counts)) into[name] = (into[name] ?? 0) + n;
    }
    bins = wider;
    level += 1;
  };

  return {
    add(name, at, times = 1) {
      const bin = Math.floor(at / (STEPS[level] as number));
      const counts = bins.get(bin);
      if (counts !== undefined) counts[name] = (counts[name] ?? 0) + times;
      else {
        bins.set(bin, { [name]: times });
        while (bins.size > kept && level < STEPS.length - 1) widen();
      }
    },
    end() {
      const edges = (): readonly [number, number] => {
        let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
        for (const bin of bins.keys()) [first, last] = [Math.min(first, bin), Math.max(last, bin)];
        return [first, last];
      };
      let [first, last] = edges();
      while (last - first >= most && level < STEPS.length - 1) {
        widen();
        [first, last] = edges();
      }
      const stepMs = STEPS[level] as number;
      const steps = bins.size === 0 ? 0 : Math.min(most, last - first + 1);
      const of = (name: Name): readonly number[] =>
        Array.from({ length: steps }, (_, i) => bins.get(last - steps + 1 + i)?.[name] ?? 0);
      const counts = Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, readonly number[]>;
      return { ...(steps === 0 ? {} : { from: (last - steps + 1) * stepMs }), stepMs, counts };
    },
  };
}
