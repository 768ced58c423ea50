/** Counts of each hour, and what was usual at that hour of the week or of the day. */
export interface Seasons {
  /** Counts one at this time; returns how many the hour has had. */
  add(now: number, amount?: number): number;
  /** Hours have passed, also those in which nothing was. */
  roll(now: number): void;
  /** Of the hour that is running; undefined while too little has been seen. */
  usual(): { readonly median: number; readonly deviation: number; readonly least: number } | undefined;
  save(): SavedSeasons;
}

/** Values of the hours of a week, and the hour that is running: its number, what it has had, whether all of it was seen. */
export type SavedSeasons = readonly [slots: readonly number[][], hour: number | null, seen: number, whole: boolean];

const HOUR = 3_600_000;
const WEEK = 168;
/** Values that have to be there before an hour is judged. */
const ENOUGH = 3;

const median = (sorted: readonly number[]): number => {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
};

/**
 * Remembers `keep` values of each of the 168 hours of a week. While an hour of the week has been seen less than three times, the same
 * hour of all days speaks for it. Hours that are `since` of the epoch; the first hour is only half seen and not kept.
 */
export function seasons(keep: number, saved?: SavedSeasons): Seasons {
  const slots: number[][] = Array.from({ length: WEEK }, (_, i) => [...(saved?.[0][i] ?? [])].slice(-keep));
  let hour = saved?.[1] ?? Number.NaN;
  let seen = saved?.[2] ?? 0;
  let whole = saved?.[3] ?? false;
  let usual: ReturnType<Seasons['usual']>;

  function judge(): void {
    let values = slots[hour % WEEK] as number[];
    if (values.length < ENOUGH) {
      values = [];
      for (let i = hour % 24; i < WEEK; i += 24) values.push(...(slots[i] as number[]));
    }
    usual = undefined;
    if (values.length < ENOUGH) return;
    const sorted = values.toSorted((a, b) => a - b);
    const middle = median(sorted);
    const away = sorted.map((one) => Math.abs(one - middle)).sort((a, b) => a - b);
    usual = { median: middle, deviation: 1.4826 * median(away), least: sorted[0] as number };
  }

  function roll(now: number): void {
    const next = Math.floor(now / HOUR);
    if (next === hour) return;
    const passed = next - hour;
    // Backward, or away for more than a week: what the hour had does not tell.
    if (passed > 0 && passed <= WEEK) {
      for (let i = 0; i < passed; i++) {
        const slot = slots[(hour + i) % WEEK] as number[];
        if (i === 0 && !whole) continue;
        slot.push(i === 0 ? seen : 0);
        if (slot.length > keep) slot.shift();
      }
      whole = true;
    } else whole = false;
    hour = next;
    seen = 0;
    judge();
  }

  if (!Number.isNaN(hour)) judge();
  return {
    roll,
    add(now, amount = 1) {
      // A stamp of the hour before counts into the one that is running.
      if (!(Math.floor(now / HOUR) === hour - 1)) roll(now);
      seen += amount;
      return seen;
    },
    usual: () => usual,
    save: () => [slots, Number.isNaN(hour) ? null : hour, seen, whole],
  };
}
