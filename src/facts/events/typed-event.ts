import { type EventType, FIELDS, type Field, type Program } from '../../knowledge/events/event.ts';
import type { Spans } from './match.ts';
import { typed } from './table.ts';

/** A line that says something of a login or the service. */
export interface LogEvent extends Readonly<Partial<Record<Field, string>>> {
  readonly type: EventType;
  /** Epoch milliseconds. */
  readonly at?: number | undefined;
  readonly hostname?: string | undefined;
  readonly pid?: number | undefined;
  /** What the other side chose can be read in two ways; the line names nobody. */
  readonly forged: boolean;
}

const spans: Spans = new Int32Array(FIELDS.length * 2);

/** Bytes of UTF-8 that were read as Latin-1; a byte that is none stays as it is shown. */
function utf8(text: string): string {
  return /[\x80-\xff]/.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text;
}

const part = (text: string, i: number): string | undefined => {
  const from = spans[i * 2] as number;
  return from === -1 ? undefined : text.slice(from, spans[i * 2 + 1]);
};

/** Where the words of sshd itself begin: behind `error: ` and `fatal: `. */
function behindLevel(text: string, from: number): number {
  const first = text.charCodeAt(from);
  if (first === 101 && text.startsWith('error: ', from)) return from + 7;
  if (first === 102 && text.startsWith('fatal: ', from)) return from + 7;
  return from;
}

/** Where they end: before ` [preauth]`. */
function beforePart(text: string, from: number, to: number): number {
  if (text.charCodeAt(to - 1) !== 93) return to;
  if (text.startsWith(' [preauth]', to - 10) && to - 10 >= from) return to - 10;
  return text.startsWith(' [postauth]', to - 11) && to - 11 >= from ? to - 11 : to;
}

/** `fail2ban.actions [123]: NOTICE  [sshd] Ban …` as it stands in the journal. */
function behindLogger(text: string, from: number, to: number): number {
  const found = /^(?:fail2ban\.\w{1,32} *\[\d{1,9}\]: )?(?:(?:DEBUG|INFO|NOTICE|WARNING|ERROR|CRITICAL)\s+)?/.exec(
    text.slice(from, Math.min(to, from + 80)),
  );
  return from + (found?.[0].length ?? 0);
}

function behindUptime(text: string, from: number, to: number): number {
  if (text.charCodeAt(from) !== 91) return from;
  const found = /^\[ {0,8}\d{1,12}\.\d{6}\] /.exec(text.slice(from, Math.min(to, from + 32)));
  return from + (found?.[0].length ?? 0);
}

/**
 * The event that the message between `from` and `to` of `text` (Latin-1, the same as `bytes`) tells of; undefined: its type is not known.
 * Modules of PAM write under the name of sshd.
 */
export function eventOf(
  program: Program,
  text: string,
  bytes: Uint8Array,
  from: number,
  to: number,
  at: number | undefined,
  hostname: string,
  pid: number,
): LogEvent | undefined {
  let table = program;
  let start = from;
  let end = to;
  if (program === 'sshd') {
    start = behindLevel(text, from);
    end = beforePart(text, start, to);
    const first = text.charCodeAt(start);
    if (first === 112 ? text.startsWith('pam_', start) : first === 80 && text.startsWith('PAM ', start)) table = 'pam';
  } else if (program === 'fail2ban') start = behindLogger(text, from, to);
  else if (program === 'kernel') start = behindUptime(text, from, to);
  const match =
    typed(table, text, bytes, start, end, spans) ??
    (table === program ? undefined : typed(program, text, bytes, start, end, spans));
  if (match === undefined) return undefined;
  const user = part(text, 0);
  const file = part(text, 7);
  const detail = part(text, 6);
  return {
    type: match.type,
    forged: match.forged,
    at,
    hostname,
    pid,
    user: user === undefined ? undefined : utf8(user),
    from: part(text, 1),
    port: part(text, 2),
    method: part(text, 3),
    key: part(text, 4),
    jail: part(text, 5),
    detail: detail === undefined ? undefined : utf8(detail),
    file: file === undefined ? undefined : utf8(file),
  } as LogEvent;
}
