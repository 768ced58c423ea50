import { UsageError } from '../model/errors.ts';

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
const LONGEST_S = 7 * SECONDS.d;

/** Seconds of `90s`, `30m`, `2h`, `1d`. @throws UsageError for others, for less than 10 s and for more than a week. */
export function parseDuration(word: string): number {
  const [, digits, unit] = /^(\d{1,6})([smhd])$/.exec(word) ?? [];
  const seconds = Number(digits) * (SECONDS[unit as keyof typeof SECONDS] ?? Number.NaN);
  if (!(seconds >= 10 && seconds <= LONGEST_S)) throw new UsageError(`--for "${word}": 10s to 7d, e.g. 90s, 30m, 2h`);
  return seconds;
}
