/** `2026-11-25 09:12:03`, in UTC as all outputs say times. */
export const second = (at: number): string =>
  `${new Date(Math.abs(at) <= 8.64e15 ? at : 0).toISOString().slice(0, 19).replace('T', ' ')}`;

/** `2026-11-25 09:12`. */
export const minute = (at: number): string => second(at).slice(0, 16);

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** `3 h`, `10 min`: in the largest unit that it is a whole or nearly a whole number of. */
export function length(ms: number): string {
  const [unit, size] = UNITS.find(([, one]) => ms >= one * 1.5 || ms === one) ?? ['ms', 1];
  return `${Math.round((ms / size) * 10) / 10} ${unit}`;
}

export const number = (count: number): string => count.toLocaleString('en');
