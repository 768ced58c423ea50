/** How much may be asked: `burst` at once, and `perSecond` in the long run. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** A bucket of tokens. `take()`: 0 when it may be done now, else the seconds to wait. */
export function bucket({ burst, perSecond }: Rate, now: () => number): { take(): number } {
  let full = burst;
  let at = now();
  return {
    take: () => {
      const t = now();
      full = Math.min(burst, full + (Math.max(0, t - at) / 1000) * perSecond);
      at = t;
      if (full < 1) return Math.ceil((1 - full) / perSecond);
      full -= 1;
      return 0;
    },
  };
}
