import { page } from './page.ts';
import { programOf } from './program.ts';
import { digit, type Envelope, SPACE, senderReader } from './sender.ts';
import { isoStamp, yearless, type Zone } from './stamp.ts';

/**
 * Reads the envelope of a line: RFC 3164, RFC 5424, an RFC 3339 stamp as rsyslog writes it, `journalctl -o short-unix`
 * and `short-iso`, fail2ban's own file, Dropbear's standard error. False: it is none of these.
 */
export function envelopeReader(zone: Zone, end: number): (from: number, to: number, into: Envelope) => boolean {
  const old = yearless(zone, end);
  const iso = isoStamp(zone);
  const rest = senderReader();
  const PAGE = page;
  const { bytes } = page;

  function syslog5424(from: number, to: number, into: Envelope): boolean {
    const { text } = PAGE;
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

  return (start, to, into) => {
    const { text } = PAGE;
    let from = start;
    if (bytes[from] === 60) {
      const close = text.indexOf('>', from);
      if (close === -1 || close > from + 4 || close >= to) return false;
      from = close + 1;
      if (text.startsWith('1 ', from)) return syslog5424(from + 2, to, into);
    }
    const first = bytes[from] as number;
    if (!digit(first)) {
      if (from + 16 >= to || bytes[from + 15] !== SPACE) return first === 91 && dropbear(from, to, into);
      const at = old(from);
      if (at === undefined) return first === 91 && dropbear(from, to, into);
      into.at = at;
      return rest(from + 16, to, into);
    }
    const gap = text.indexOf(' ', from);
    if (gap === -1 || gap >= to || gap - from > 40) return false;
    const stamp = text.slice(from, gap);
    if (gap - from === 10 && stamp.charCodeAt(4) === 45) return fail2ban(from, to, into);
    if (/^\d{9,11}\.\d{6}$/.test(stamp)) into.at = Math.floor(Number(stamp) * 1000);
    else {
      const at = iso(stamp);
      if (at === undefined) return false;
      into.at = at;
    }
    return rest(gap + 1, to, into);
  };

  /** `2026-11-23 04:07:22,123 fail2ban.actions [123]: NOTICE  [sshd] Ban 10.77.2.10`; or the stamp alone, then as usual. */
  function fail2ban(from: number, to: number, into: Envelope): boolean {
    const { text } = PAGE;
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
    return into.at !== undefined && rest(gap + 1, to, into);
  }

  /** `[123] Nov 23 04:07:22 Child connection from …` of `dropbear -E`: the tag is an empty one. */
  function dropbear(from: number, to: number, into: Envelope): boolean {
    const { text } = PAGE;
    const found = /^\[(\d{1,9})\] (?=[A-Z][a-z]{2} )/.exec(text.slice(from, Math.min(to, from + 20)));
    if (found === null || from + found[0].length + 16 > to) return false;
    const stamp = from + found[0].length;
    into.at = old(stamp);
    into.host = '';
    into.program = 'dropbear';
    into.pid = Number(found[1]);
    into.message = stamp + 16;
    return into.at !== undefined;
  }
}
