import type { Program } from '../../knowledge/events/event.ts';
import { copyTo, has, type Literal, page, roomFor } from './page.ts';
import { programOf } from './program.ts';

/** What stands before a message; one is filled again and again. */
export interface Envelope {
  at: number | undefined;
  host: string;
  /** Whose message it is; undefined: of a program that we do not know. */
  program: Program | undefined;
  pid: number;
  /** Where the message begins. */
  message: number;
}

export const emptyEnvelope = (): Envelope => ({ at: undefined, host: '', program: undefined, pid: 0, message: 0 });

/** `HOST TAG[` or `HOST TAG:` as lines before had it, so that few have to be parsed. */
interface Sender {
  readonly literal: Literal;
  host: string;
  program: Program | undefined;
}

const SENDERS = 8;
const LONGEST_SENDER = 128;
export const SPACE = 32;
export const digit = (code: number): boolean => code >= 48 && code <= 57;

/**
 * Makes what reads `HOST TAG[PID]: ` from `from` on into an envelope; false: it is not that. Within a function for the sake of its
 * constants, see `matcher`.
 */
export function senderReader(): (from: number, to: number, into: Envelope) => boolean {
  const PAGE = page;
  const { bytes } = page;
  let host = '';
  const senders: readonly Sender[] = Array.from({ length: SENDERS }, () => ({
    literal: roomFor(LONGEST_SENDER),
    host: '',
    program: undefined,
  }));
  let oldest = 0;

  /** A sender that was not among the last ones; where its brackets or colon are, -1: there is none. */
  function newSender(from: number, to: number, into: Envelope): number {
    const { text } = PAGE;
    let at = from;
    while (at < to && bytes[at] !== SPACE) at += 1;
    if (at === from || at - from > 255) return -1;
    // A copy: a slice would keep the whole block of the log in memory.
    if (host.length !== at - from || !text.startsWith(host, from))
      host = Buffer.from(text.slice(from, at), 'latin1').toString('latin1');
    const tag = at + 1;
    const limit = Math.min(to, tag + 64);
    for (at = tag; at < limit; at++) {
      const code = bytes[at];
      if (code === 91 || code === 58 || code === SPACE) break;
    }
    if (at === tag || at >= to) return -1;
    into.host = host;
    into.program = programOf(text, tag, at);
    const sender = senders[oldest] as Sender;
    oldest = (oldest + 1) % SENDERS;
    if (at - from < LONGEST_SENDER) copyTo(sender.literal, from, at + 1 - from);
    else sender.literal.length = 0;
    sender.host = host;
    sender.program = into.program;
    return at;
  }

  return function sender(from, to, into) {
    let at = -1;
    for (let i = 0; i < SENDERS; i++) {
      const known = senders[i] as Sender;
      const { length } = known.literal;
      if (length === 0 || from + length > to || !has(from, known.literal)) continue;
      into.host = known.host;
      into.program = known.program;
      at = from + length - 1;
      break;
    }
    if (at === -1) at = newSender(from, to, into);
    if (at === -1) return false;
    into.pid = 0;
    if (bytes[at] === 91) {
      at += 1;
      let pid = 0;
      let code = bytes[at] as number;
      while (at < to && digit(code) && pid < 1e9) {
        pid = pid * 10 + code - 48;
        code = bytes[(at += 1)] as number;
      }
      if (code !== 93) return false;
      into.pid = pid;
      at += 1;
    }
    if (at >= to || bytes[at] !== 58) return false;
    into.message = bytes[at + 1] === SPACE ? at + 2 : at + 1;
    return into.message <= to;
  };
}
