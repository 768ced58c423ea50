/** How many there were in the last window of time, in two numbers: what is in this window, and in the one before. */
export interface Bucket {
  start: number;
  now: number;
  before: number;
}

export const bucket = (at: number): Bucket => ({ start: at, now: 0, before: 0 });

/**
 * Adds `amount` and returns about how many there were within the last `windowMs`: the window before counts with the share of it
 * that is still within. A stamp of before the window counts into it; when a clock ran back by more than a window it starts anew.
 */
export function pour(into: Bucket, at: number, windowMs: number, amount = 1): number {
  const passed = at - into.start;
  if (passed >= 2 * windowMs || passed < -windowMs) {
    into.start = at;
    into.now = 0;
    into.before = 0;
  } else if (passed >= windowMs) {
    into.start += windowMs;
    into.before = into.now;
    into.now = 0;
  }
  into.now += amount;
  const share = Math.min(1, Math.max(0, 1 - (at - into.start) / windowMs));
  return into.now + into.before * share;
}
