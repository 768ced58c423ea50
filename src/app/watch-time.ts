const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Logs are silent for longer than that, too; but then two events in a row say so. */
const WEEK = 7 * 24 * HOUR;
/** Of a longer gap only so many minutes are told one by one. */
const MOST_TICKS = 2 * 24 * 60;

/** The watched time in minutes: that of the events while a log is caught up with, that of the clock when nothing is left to read. */
export interface WatchTime {
  /** The minutes that are over when an event with this stamp comes; epoch milliseconds. */
  event(at: number): readonly number[];
  /** The minutes that are over when the clock says so. */
  clock(now: number): readonly number[];
  readonly now: number | undefined;
}

/**
 * `clock`: what no stamp is believed to be later than, when events come as they happen; without it old logs are replayed, and a
 * clock that was set back, or a log that begins again, sets the time back.
 */
export function watchTime(clock?: () => number, from?: number): WatchTime {
  let now = from;
  /** Stamps in a row that do not fit; one alone is a glitch. */
  let ahead: number | undefined;
  let behind = 0;

  function move(to: number): readonly number[] {
    const before = now;
    now = to;
    ahead = undefined;
    behind = 0;
    if (before === undefined || to <= before) return [];
    const last = Math.floor(to / MINUTE);
    const first = Math.max(Math.floor(before / MINUTE) + 1, last - MOST_TICKS + 1);
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * MINUTE);
  }

  return {
    event(at) {
      const to = clock === undefined ? at : Math.min(at, clock());
      if (!Number.isFinite(to)) return [];
      if (now === undefined) return move(to);
      if (to > now + WEEK) {
        if (ahead !== undefined) return move(Math.min(ahead, to));
        ahead = to;
        return [];
      }
      ahead = undefined;
      if (to >= now) return move(to);
      behind = to < now - HOUR ? behind + 1 : 0;
      return behind >= 3 && clock === undefined ? move(to) : [];
    },
    clock: (at) => (now !== undefined && at < now ? [] : move(at)),
    get now() {
      return now;
    },
  };
}
