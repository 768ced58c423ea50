import type { Program } from '../../knowledge/events/event.ts';
import { type Block, copyTo, has, type Literal, roomFor } from './block.ts';
import { programOf } from './program.ts';
import { isoStamp, yearless, type Zone } from './stamp.ts';

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

const SENDERS = 4;
const LONGEST_SENDER = 128;
const SPACE = 32;
const digit = (code: number): boolean => code >= 48 && code <= 57;

/**
 * Reads the envelope of a line: RFC 3164, RFC 5424, an RFC 3339 stamp as rsyslog writes it, `journalctl -o short-unix`
 * and `short-iso`, fail2ban's own file, Dropbear's standard error. False: it is none of these.
 */
export function envelopeReader(
  zone: Zone,
  end: number,
): (block: Block, from: number, to: number, into: Envelope) => boolean {
  const old = yearless(zone, end);
  const iso = isoStamp(zone);
  let host = '';
  const senders: readonly Sender[] = Array.from({ length: SENDERS }, () => ({
    literal: roomFor(LONGEST_SENDER),
    host: '',
    program: undefined,
  }));
  let oldest = 0;

  /** A sender that was not among the last ones; where its brackets or colon are, -1: there is none. */
  function newSender({ text, bytes, view }: Block, from: number, to: number, into: Envelope): number {
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
    if (at - from < LONGEST_SENDER) copyTo(sender.literal, view, from, at + 1 - from);
    else sender.literal.length = 0;
    sender.host = host;
    sender.program = into.program;
    return at;
  }

  /** `HOST TAG[PID]: ` from `from` on. */
  function rest(block: Block, from: number, to: number, into: Envelope): boolean {
    const { bytes, view } = block;
    let at = -1;
    for (let i = 0; i < SENDERS; i++) {
      const sender = senders[i] as Sender;
      const { length } = sender.literal;
      if (length === 0 || from + length > to || !has(view, from, sender.literal)) continue;
      into.host = sender.host;
      into.program = sender.program;
      at = from + length - 1;
      break;
    }
    if (at === -1) at = newSender(block, from, to, into);
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
  }

  function syslog5424({ text }: Block, from: number, to: number, into: Envelope): boolean {
    const found = /^(\S{1,40}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) (-|\[)/.exec(
      text.slice(from, Math.min(to, from + 600)),
    );
    if (found === null) return false;
    const [all, at = '', name = '', tag = '', pid = '', id = '', data] = found;
    into.at = at === '-' ? undefined : iso(at);
    into.host = name;
    into.program = programOf(tag, 0, tag.length);
    into.pid = /^\d{1,9}$/.test(pid) ? Number(pid) : 0;
    void id;
    let end = from + all.length;
    if (data === '[') {
      // Structured data: `[id name="value" …]…`, in which `]` within quotes is escaped or not.
      let quoted = false;
      for (; end < to; end++) {
        const code = text.charCodeAt(end);
        if (code === 92 && quoted) end += 1;
        else if (code === 34) quoted = !quoted;
        else if (code === 93 && !quoted && text.charCodeAt(end + 1) !== 91) break;
      }
      end += 1;
    }
    if (text.charCodeAt(end) === SPACE) end += 1;
    // Some put a byte order mark before UTF-8 (RFC 5424, 6.4).
    into.message = text.startsWith('\xef\xbb\xbf', end) ? end + 3 : end;
    return into.message <= to;
  }

  return (block, start, to, into) => {
    const { bytes, text } = block;
    let from = start;
    if (bytes[from] === 60) {
      const close = text.indexOf('>', from);
      if (close === -1 || close > from + 4 || close >= to) return false;
      from = close + 1;
      if (text.startsWith('1 ', from)) return syslog5424(block, from + 2, to, into);
    }
    const first = bytes[from] as number;
    if (!digit(first)) {
      if (from + 16 >= to || bytes[from + 15] !== SPACE) return first === 91 && dropbear(block, from, to, into);
      const at = old(block, from);
      if (at === undefined) return first === 91 && dropbear(block, from, to, into);
      into.at = at;
      return rest(block, from + 16, to, into);
    }
    const gap = text.indexOf(' ', from);
    if (gap === -1 || gap >= to || gap - from > 40) return false;
    const stamp = text.slice(from, gap);
    if (gap - from === 10 && stamp.charCodeAt(4) === 45) return fail2ban(block, from, to, into);
    if (/^\d{9,11}\.\d{6}$/.test(stamp)) into.at = Math.floor(Number(stamp) * 1000);
    else {
      const at = iso(stamp);
      if (at === undefined) return false;
      into.at = at;
    }
    return rest(block, gap + 1, to, into);
  };

  /** `2026-11-23 04:07:22,123 fail2ban.actions [123]: NOTICE  [sshd] Ban 10.77.2.10`; or the stamp alone, then as usual. */
  function fail2ban(block: Block, from: number, to: number, into: Envelope): boolean {
    const { text } = block;
    const found = /^(\S{10} [\d:.,]{8,18}) (fail2ban\.\w{1,32}) *\[(\d{1,9})\]: [A-Z]+ +/.exec(
      text.slice(from, Math.min(to, from + 120)),
    );
    if (found !== null) {
      const [all, stamp = '', tag = '', pid] = found;
      into.at = iso(stamp);
      into.host = '';
      into.program = programOf(tag, 0, tag.length);
      into.pid = Number(pid);
      into.message = from + all.length;
      return true;
    }
    const gap = text.indexOf(' ', from + 11);
    if (gap === -1 || gap >= to) return false;
    into.at = iso(text.slice(from, gap));
    return into.at !== undefined && rest(block, gap + 1, to, into);
  }

  /** `[123] Nov 23 04:07:22 Child connection from …` of `dropbear -E`: the tag is an empty one. */
  function dropbear(block: Block, from: number, to: number, into: Envelope): boolean {
    const { text } = block;
    const found = /^\[(\d{1,9})\] (?=[A-Z][a-z]{2} )/.exec(text.slice(from, Math.min(to, from + 20)));
    if (found === null || from + found[0].length + 16 > to) return false;
    const stamp = from + found[0].length;
    into.at = old(block, stamp);
    into.host = '';
    into.program = 'dropbear';
    into.pid = Number(found[1]);
    into.message = stamp + 16;
    return into.at !== undefined;
  }
}
