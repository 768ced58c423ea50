import { UsageError } from '../model/errors.ts';

/** Seconds of `60`, `60s`, `5m`. @throws UsageError for others and for what nobody can wait for. */
export function parseSeconds(word: string): number {
  const found = /^(\d{1,6})(s|m)?$/.exec(word);
  const seconds = Number(found?.[1] ?? Number.NaN) * (found?.[2] === 'm' ? 60 : 1);
  if (!(seconds >= 5 && seconds <= 3600)) throw new UsageError(`"${word}": between 5s and 60m`);
  return seconds;
}
