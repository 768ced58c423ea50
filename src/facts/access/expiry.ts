const FORMAT = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(Z)?$/;
/** A time without `Z` is the server's own; no time zone is further away from UTC. */
const ZONES_MS = 14 * 3_600_000;

/** parse_absolute_time() of misc.c, as if in UTC: epoch milliseconds, and how wrong that may be. */
export function expiryTime(text: string): { readonly at: number; readonly within: number } | undefined {
  const [, year, month, day, hour = '0', minute = '0', second = '0', utc] = FORMAT.exec(text) ?? [];
  if (year === undefined) return undefined;
  const at = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  return { at, within: utc ? 0 : ZONES_MS };
}
