import type { Program } from '../../knowledge/events/event.ts';
import { envelopeReader } from './envelope.ts';
import { LONGEST, onPage, page } from './page.ts';
import { programOf } from './program.ts';
import { criRecord, jsonRecord, type LogRecord } from './record.ts';
import { isRepeated, repeated } from './repeated.ts';
import { emptyEnvelope } from './sender.ts';
import type { Zone } from './stamp.ts';
import { suspect } from './suspect.ts';
import { eventOf, type LogEvent, type Said } from './typed-event.ts';

/** What became of the lines of a log; `lines` is the sum of the others. */
export interface Counts {
  lines: number;
  /** Said something of a known type. */
  typed: number;
  /** Of a program that we know, but of no type. */
  other: number;
  /** Of other programs. */
  foreign: number;
  /** No line of a log in any form that is known. */
  unparsed: number;
  /** Claimed to be of sshd, but the journal says that an ordinary user wrote them. */
  impostor: number;
}

export interface ReaderOptions {
  /** Zone of stamps that do not say theirs. */
  readonly zone: Zone;
  /** When the log ended, epoch milliseconds: stamps without a year are not later. */
  readonly end: number;
  /** `at`: the byte at which its line begins, counted from the first that was pushed; of the export format always 0. */
  onEvent(event: LogEvent, at: number): void;
  /** A line of a program that we know that is of no type: its tag and message, raw. */
  onOther?(tag: string, message: string): void;
}

export interface LineReader {
  readonly counts: Counts;
  /** Tells what the line says that is on the page from `from` up to its newline at `end`; `at`: where in the log it begins. */
  line(from: number, end: number, at: number): void;
  /** The same of an entry of the export format. */
  entry(record: LogRecord | undefined): void;
}

/** Form and program are told by the first bytes of a line; nothing else is looked at of lines of other programs. */
export function lineReader({ zone, end: ended, onEvent, onOther }: ReaderOptions): LineReader {
  const counts: Counts = { lines: 0, typed: 0, other: 0, foreign: 0, unparsed: 0, impostor: 0 };
  const envelope = emptyEnvelope();
  const read = envelopeReader(zone, ended);
  const { bytes } = page;
  /** Where the line begins among all bytes of the log. */
  let lineAt = 0;
  /** Whether a line had an envelope: then one without is none of the log. */
  let wrapped = false;

  function say(program: Program, start: number, end: number, said: Said): void {
    let event: LogEvent | undefined;
    if (isRepeated(start, end)) event = repeated(program, start, end, said);
    else event = eventOf(program, start, end, said);
    if (event === undefined) {
      counts.other += 1;
      onOther?.(program, page.text.slice(start, end));
    } else {
      counts.typed += 1;
      onEvent(event, lineAt);
    }
  }

  function record(made: LogRecord | undefined): void {
    if (made === undefined) {
      counts.unparsed += 1;
      return;
    }
    // One record is one message, though it may have several lines.
    const message = made.message.slice(0, LONGEST).replace(/[\r\n]/g, ' ');
    onPage(message, (length) => {
      if (made.tag !== undefined) tagged(made, made.tag, length);
      // Of a container: with an envelope of its own, or the bare words of `sshd -e` and `dropbear -E`.
      else if (read(0, length, envelope)) enveloped(length, made.at);
      else bare(length, made.at);
    });
  }

  function tagged({ at, hostname = '', pid = 0, uid = 0 }: LogRecord, name: string, length: number): void {
    const tag = Buffer.from(name, 'utf8').toString('latin1');
    const program = programOf(tag, 0, tag.length);
    if (program === undefined || tag === '') counts.foreign += 1;
    else if (uid !== 0 && suspect(program, page.text)) counts.impostor += 1;
    else say(program, 0, length, { at, host: hostname, pid });
  }

  function bare(length: number, at: number | undefined): void {
    for (const program of ['sshd', 'dropbear'] as const) {
      const event = eventOf(program, 0, length, { at, host: '', pid: 0 });
      if (event === undefined) continue;
      counts.typed += 1;
      onEvent(event, lineAt);
      return;
    }
    counts.unparsed += 1;
  }

  function enveloped(to: number, at: number | undefined): void {
    if (envelope.program === undefined) {
      counts.foreign += 1;
      return;
    }
    envelope.at ??= at;
    say(envelope.program, envelope.message, to, envelope);
  }

  /** A line without an envelope of syslog. */
  function otherwise(text: string): void {
    const first = text.charCodeAt(0);
    if (first === 123) record(jsonRecord(text));
    else if (first >= 48 && first <= 57) record(criRecord(text));
    // What `kubectl logs` and `docker logs` print of `sshd -e` are the bare words.
    else if (!wrapped) record({ message: text });
    else counts.unparsed += 1;
  }

  return {
    counts,
    line(from, end, at) {
      let to = end;
      if (to > from && bytes[to - 1] === 13) to -= 1;
      if (to === from) return;
      counts.lines += 1;
      lineAt = at;
      if (to - from > LONGEST) to = from + LONGEST;
      if (bytes[from] !== 123 && read(from, to, envelope)) {
        wrapped = true;
        enveloped(to, undefined);
      } else otherwise(bytes.toString('utf8', from, to));
    },
    entry(made) {
      counts.lines += 1;
      record(made);
    },
  };
}
