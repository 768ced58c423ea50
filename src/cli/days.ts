import { UsageError } from '../model/errors.ts';

/** @throws UsageError unless whole days, `90` or `90d`. */
export function parseDays(word: string): number {
  const [, digits] = /^(\d{1,5})d?$/.exec(word) ?? [];
  if (digits === undefined || Number(digits) === 0)
    throw new UsageError(`"${word}" is not a number of days; write 90d`);
  return Number(digits);
}
