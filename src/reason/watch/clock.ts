import { limit } from './thresholds.ts';

/** The time of the watched hosts, made of stamps that may be out of order, wrong, or missing. */
export interface EventClock {
  /** The stamp of an event in, the time to reckon with out. Never runs back but when the clock of the host was set back. */
  at(stamp: number): number;
  /** Time went on though nothing happened. */
  tick(now: number): void;
  /** 0 before anything was seen. */
  now(): number;
  save(): readonly number[];
  load(saved: readonly number[]): void;
}

/** ECMA-262 knows no later time; an earlier one than the epoch is of no log. */
const LATEST = 8.64e15;
const isTime = (stamp: number): boolean => stamp >= 0 && stamp <= LATEST;

/**
 * One stray stamp moves nothing: the time leaps only when several events in a row agree on another one. A stamp that is a
 * little late counts as it is, so that two sources that are read in turns do not blur each other.
 */
export function eventClock(): EventClock {
  let now = Number.NEGATIVE_INFINITY;
  let astray = 0;
  let elsewhere = 0;
  const late = limit('clock.late');
  const ahead = limit('clock.ahead');
  const agree = limit('clock.agree');

  return {
    at(stamp) {
      if (now === Number.NEGATIVE_INFINITY) {
        if (!isTime(stamp)) return 0;
        now = stamp;
        return now;
      }
      if (!isTime(stamp)) return now;
      const away = stamp - now;
      if (away >= -late && away <= ahead) {
        astray = 0;
        if (away > 0) now = stamp;
        return stamp;
      }
      astray = astray > 0 && Math.abs(stamp - elsewhere) <= ahead ? astray + 1 : 1;
      elsewhere = stamp;
      if (astray < agree) return now;
      astray = 0;
      now = stamp;
      return now;
    },
    tick(time) {
      if (!isTime(time)) return;
      // The loop knows what time it is; a log that is read again from its beginning sets it back.
      if (time > now || time < now - ahead) now = time;
    },
    now: () => Math.max(0, now),
    save: () => (now === Number.NEGATIVE_INFINITY ? [] : [now, astray, elsewhere]),
    load(saved) {
      [now = Number.NEGATIVE_INFINITY, astray = 0, elsewhere = 0] = saved;
    },
  };
}
