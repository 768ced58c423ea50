import { eventReader } from '../src/facts/events/reader.ts';
import { logLines } from './log-lines.ts';

/** Lines that come again and again, each time with another stamp. */
const LINES = 1_000_000;
/** `2026-11-01T00:00:00.000000+00:00`, as rsyslog writes it. */
export const STAMP = 32;

export const START = Date.UTC(2026, 10, 1);

/** The lines of a server on the Internet with room for a stamp at the begin of each, and where each begins; the last is the end. */
export function pool(): { readonly text: Buffer; readonly starts: readonly number[] } {
  const room = '0'.repeat(STAMP);
  const blocks: Buffer[] = [];
  const starts: number[] = [];
  let at = 0;
  for (const block of logLines(LINES)) {
    const stamped = Buffer.from(block.replaceAll(/^.{15}/gm, room));
    starts.push(at);
    for (let end = stamped.indexOf(10); end !== stamped.length - 1; end = stamped.indexOf(10, end + 1))
      starts.push(at + end + 1);
    at += stamped.length;
    blocks.push(stamped);
  }
  starts.push(at);
  return { text: Buffer.concat(blocks), starts };
}

/** How many events `count` of these lines are, one after another: what has to be found in the store. */
export function eventsIn(count: number): number {
  const rest = count % LINES;
  const bytes: number[] = [];
  const reader = eventReader({
    zone: () => 0,
    end: START + 30 * 86_400_000,
    onEvent: (_, at) => bytes.push(at),
  });
  let line = 0;
  let at = 0;
  let restAt = 0;
  for (const block of logLines(LINES)) {
    reader.push(Buffer.from(block));
    for (const one of block.split('\n').slice(0, -1)) {
      if (line === rest) restAt = at;
      at += Buffer.byteLength(one) + 1;
      line += 1;
    }
  }
  reader.end();
  return Math.floor(count / LINES) * bytes.length + bytes.filter((one) => one < restAt).length;
}
