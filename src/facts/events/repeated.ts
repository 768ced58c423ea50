import type { Program } from '../../knowledge/events/event.ts';
import { has, literalOf, page } from './page.ts';
import { eventOf, type LogEvent, type Said } from './typed-event.ts';

/** What syslog puts in place of the same message again and again (rsyslog's RepeatedMsgReduction). */
const REPEATED = literalOf('message repeated ');

/** More often than this is not believed. */
const MOST_TIMES = 10_000;

/** The longest that rsyslog repeats whole (it cuts at 800 bytes); of a longer one the end is not known. */
const REPEATED_WHOLE = 780;

/** Whether the message stands for several that were the same. */
export const isRepeated = (from: number, to: number): boolean =>
  page.bytes[from] === 109 && from + REPEATED.length < to && has(from, REPEATED);

/** What is within `message repeated 3 times: [ … ]`; undefined: of no known type, or nothing of the kind. */
export function repeated(program: Program, from: number, to: number, said: Said): LogEvent | undefined {
  const start = from + REPEATED.length;
  const found = /^(\d{1,9}) times: \[ ?/.exec(page.text.slice(start, Math.min(to, start + 32)));
  if (found === null || page.bytes[to - 1] !== 93) return undefined;
  const inner = start + found[0].length;
  if (to - 1 - inner > REPEATED_WHOLE || to - 1 < inner) return undefined;
  return eventOf(program, inner, to - 1, said, Math.min(Math.max(Number(found[1]), 1), MOST_TIMES));
}
