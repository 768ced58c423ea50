const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/** `2 minutes`, `1 hour`: milliseconds in the largest unit that goes into it without a rest worth telling. */
export function span(ms: number): string {
  const [name, size] = UNITS.find(([, one]) => ms >= one && Math.abs(ms / one - Math.round(ms / one)) < 0.05) ??
    UNITS.find(([, one]) => ms >= 2 * one) ?? ['second', 1000];
  const count = Math.round(ms / size);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

/** `1 failure`, `2 failures`. */
export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
