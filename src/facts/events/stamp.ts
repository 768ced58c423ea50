import { page } from './page.ts';

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';
const HALF_YEAR_MS = 182 * 86_400_000;
const DAY_MS = 86_400_000;

/** Milliseconds that a zone's clock is ahead of UTC when it shows `local` (its own time written as if it were UTC). */
export type Zone = (local: number) => number;

/** Zone by name (`UTC`, `Europe/Berlin`) or offset (`+02:00`, `Z`); undefined: there is no such zone. */
export function zoneOf(name: string): Zone | undefined {
  if (/^(?:Z|UTC)$/i.test(name)) return () => 0;
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(name) ?? [];
  if (hours !== undefined) {
    const ahead = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
    return () => ahead;
  }
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
    const aheadAt = (utc: number): number => {
      const said = format.formatToParts(utc).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
      return said === 'GMT' ? 0 : (zoneOf(said.slice(3))?.(0) ?? 0);
    };
    const byHour = new Map<number, number>();
    return (local) => {
      const hour = Math.floor(local / 3_600_000);
      let ahead = byHour.get(hour);
      if (ahead === undefined) {
        ahead = aheadAt(local - aheadAt(local));
        byHour.set(hour, ahead);
      }
      return ahead;
    };
  } catch {
    return undefined;
  }
}

/**
 * Reads `Nov 23 04:07:22` (RFC 3164: no year, no zone) at a place of the page. The year is the latest that does not lie in the
 * future of `end` (epoch milliseconds: when the log ended), and goes on when the months begin again.
 */
export function yearless(zone: Zone, end: number): (at: number) => number | undefined {
  const PAGE = page;
  const { bytes, view } = page;
  let year: number | undefined;
  let before = 0;
  // `Nov `, `23 0` and `4:` of the line before: only when the hour is another one there is more to do.
  let lastMonth = 0;
  let lastDay = 0;
  let lastHour = 0;
  /** When that hour began, epoch milliseconds. */
  let hourAt = 0;

  /** Two digits at `at`, of which a blank may stand for the first; otherwise NaN. */
  function two(at: number): number {
    const tens = bytes[at] === 32 ? 0 : (bytes[at] as number) - 48;
    const ones = (bytes[at + 1] as number) - 48;
    return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
  }

  function newHour(at: number): boolean {
    const month = MONTHS.indexOf(PAGE.text.slice(at, at + 3));
    const day = two(at + 4);
    const hour = two(at + 7);
    if (bytes[at + 3] !== 32 || bytes[at + 6] !== 32 || bytes[at + 9] !== 58) return false;
    if (month === -1 || month % 3 !== 0 || !(day >= 1 && day <= 31) || !(hour <= 23)) return false;
    const on = (y: number): number => Date.UTC(y, month / 3, day);
    if (year === undefined) {
      year = new Date(end).getUTCFullYear() + 1;
      while (on(year) > end + DAY_MS) year -= 1;
    } else if (on(year) < before - HALF_YEAR_MS) year += 1;
    else if (on(year) > before + HALF_YEAR_MS) year -= 1;
    before = on(year);
    const local = before + hour * 3_600_000;
    hourAt = local - zone(local);
    return true;
  }

  return (at) => {
    const ofHour = two(at + 10) * 60 + two(at + 13);
    if (bytes[at + 12] !== 58 || !(ofHour <= 3600)) return undefined;
    const month = view.getInt32(at, true);
    const day = view.getInt32(at + 4, true);
    const hour = view.getInt16(at + 8, true);
    if (month !== lastMonth || day !== lastDay || hour !== lastHour) {
      if (!newHour(at)) return undefined;
      lastMonth = month;
      lastDay = day;
      lastHour = hour;
    }
    return hourAt + ofHour * 1000;
  };
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/;

/** Reads RFC 3339, RFC 5424 and `2026-11-23 04:07:22,123` (in `zone`), given without what follows; epoch milliseconds. */
export function isoStamp(zone: Zone): (text: string) => number | undefined {
  let lastText = '';
  let lastAt: number | undefined;
  return (text) => {
    if (text === lastText) return lastAt;
    const found = ISO.exec(text);
    if (found === null) return undefined;
    const [, y, mo, d, h, mi, s, fraction = '0', offset] = found;
    const local =
      Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s)) +
      Math.floor(Number(`0.${fraction}`) * 1000);
    lastText = text;
    lastAt = local - (offset === undefined ? zone(local) : (zoneOf(offset)?.(local) ?? 0));
    return lastAt;
  };
}
