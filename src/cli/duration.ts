import { UsageError } from '../model/errors.ts';

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/**
 * Reads seconds out of `60`, `90s`, `30m`, `2h`, `1d`, for a flag that takes between `least` and `most` of them.
 * @throws UsageError for others.
 */
export function duration(least: string, most: string): (word: string) => number {
  const [from, to] = [secondsOf(least), secondsOf(most)];
  return (word) => {
    const seconds = secondsOf(word);
    if (!(seconds >= from && seconds <= to))
      throw new UsageError(`"${word}": between ${least} and ${most}, e.g. 90s, 30m`);
    return seconds;
  };
}

function secondsOf(word: string): number {
  const [, digits, unit = 's'] = /^(\d{1,6})([smhd])?$/.exec(word) ?? [];
  return Number(digits ?? Number.NaN) * SECONDS[unit as keyof typeof SECONDS];
}
