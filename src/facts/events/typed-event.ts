import ipaddr from 'ipaddr.js';
import { type EventType, FIELDS, type Field, type Program } from '../../knowledge/events/event.ts';
import { cut } from './cut.ts';
import { has, literalOf, page } from './page.ts';
import { typed } from './table.ts';
import type { Spans } from './tokens.ts';

/** A line that says something of a login or the service. */
export interface LogEvent extends Readonly<Partial<Record<Field, string>>> {
  readonly type: EventType;
  /** Epoch milliseconds. */
  readonly at?: number | undefined;
  readonly hostname?: string | undefined;
  readonly pid?: number | undefined;
  /** What the other side chose can be read in two ways; the line names nobody. */
  readonly forged: boolean;
  /** How often it was said: syslog counts what is said again and again at once. */
  readonly times: number;
}

/** Where and when a message was written. */
export interface Said {
  readonly at: number | undefined;
  readonly host: string;
  readonly pid: number;
}

const ERROR = literalOf('error: ');
const FATAL = literalOf('fatal: ');
const PREAUTH = literalOf(' [preauth]');
const POSTAUTH = literalOf(' [postauth]');
const MODULE = literalOf('pam_');
const PAM = literalOf('PAM ');

/** `fail2ban.actions [123]: NOTICE  [sshd] Ban …` as it stands in the journal. */
function behindLogger(from: number, to: number): number {
  const found = /^(?:fail2ban\.\w{1,32} *\[\d{1,9}\]: )?(?:(?:DEBUG|INFO|NOTICE|WARNING|ERROR|CRITICAL)\s+)?/.exec(
    page.text.slice(from, Math.min(to, from + 80)),
  );
  return from + (found?.[0].length ?? 0);
}

function behindUptime(from: number, to: number): number {
  if (page.bytes[from] !== 91) return from;
  const found = /^\[ {0,8}\d{1,12}\.\d{6}\] /.exec(page.text.slice(from, Math.min(to, from + 32)));
  return from + (found?.[0].length ?? 0);
}

/** What RFC 5952 would leave as it is: the only zeros are at least two groups in one place. */
const SHORT = /^(?:[1-9a-f][\da-f]{0,3}:){1,5}(?::[1-9a-f][\da-f]{0,3}){1,5}$/;
const MOST_COLONS = 6;
const colons = (text: string): number => text.split(':').length - 1;

/** The kernel writes addresses of IPv6 out in full (nf_log_syslog.c), all others do not. */
function short(address: string | undefined): string | undefined {
  if (!address?.includes(':')) return address;
  if (SHORT.test(address) && colons(address) <= MOST_COLONS) return address;
  return ipaddr.IPv6.isValid(address) ? ipaddr.IPv6.parse(address).toString() : address;
}

/** Makes `eventOf`; within a function for the sake of its constants, see `matcher`. */
function typer(): (program: Program, from: number, to: number, said: Said, times?: number) => LogEvent | undefined {
  const spans: Spans = new Int32Array(FIELDS.length * 2);
  const { bytes } = page;

  /** Where the words of sshd itself begin: behind `error: ` and `fatal: `. */
  function behindLevel(from: number, to: number): number {
    const first = bytes[from];
    if (first !== 101 && first !== 102) return from;
    return from + 7 <= to && has(from, first === 101 ? ERROR : FATAL) ? from + 7 : from;
  }

  /** Where they end: before ` [preauth]`. */
  function beforePart(from: number, to: number): number {
    if (bytes[to - 1] !== 93) return to;
    if (to - 10 >= from && has(to - 10, PREAUTH)) return to - 10;
    return to - 11 >= from && has(to - 11, POSTAUTH) ? to - 11 : to;
  }

  /** Modules of PAM write under the name of sshd. */
  function isModule(from: number, to: number): boolean {
    const first = bytes[from];
    return (first === 112 || first === 80) && from + 4 <= to && has(from, first === 112 ? MODULE : PAM);
  }

  function part(i: number): string | undefined {
    const from = spans[i * 2] as number;
    return from === -1 ? undefined : cut(from, spans[i * 2 + 1] as number);
  }

  return function eventOf(program, from, to, { at, host, pid }, times = 1) {
    let table = program;
    let start = from;
    let end = to;
    if (program === 'sshd') {
      start = behindLevel(from, to);
      end = beforePart(start, to);
      if (isModule(start, end)) table = 'pam';
    } else if (program === 'fail2ban') start = behindLogger(from, to);
    else if (program === 'kernel') start = behindUptime(from, to);
    let match = typed(table, start, end, spans);
    if (match === undefined && table !== program) match = typed(program, start, end, spans);
    if (match === undefined) return undefined;
    const { type, forged, slots } = match;
    // In the order of FIELDS; one literal, so that all events are of one shape.
    return {
      type,
      forged,
      at,
      hostname: host,
      pid,
      times,
      user: (slots & 1) === 0 ? undefined : part(0),
      from: (slots & 2) === 0 ? undefined : program === 'kernel' ? short(part(1)) : part(1),
      port: (slots & 4) === 0 ? undefined : part(2),
      method: (slots & 8) === 0 ? undefined : part(3),
      key: (slots & 16) === 0 ? undefined : part(4),
      jail: (slots & 32) === 0 ? undefined : part(5),
      detail: (slots & 64) === 0 ? undefined : part(6),
      file: (slots & 128) === 0 ? undefined : part(7),
    } as LogEvent;
  };
}

/** The event that the message between `from` and `to` of the page tells of; undefined: its type is not known. */
export const eventOf = typer();
