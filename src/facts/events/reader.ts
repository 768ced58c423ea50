import type { Program } from '../../knowledge/events/event.ts';
import { emptyEnvelope, envelopeReader } from './envelope.ts';
import { exportReader } from './export.ts';
import { programOf } from './program.ts';
import { criRecord, jsonRecord, type LogRecord } from './record.ts';
import type { Zone } from './stamp.ts';
import { eventOf, type LogEvent } from './typed-event.ts';

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

export interface EventReader {
  /** Bytes of the log, cut anywhere. */
  push(chunk: Buffer): void;
  /** What became of the lines so far; it goes on counting. */
  readonly counts: Readonly<Counts>;
  /** The log is over; returns what became of its lines. */
  end(): Counts;
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

const NOTHING: Buffer = Buffer.alloc(0);

/** Longer lines are cut: no daemon writes them. */
const LONGEST = 16_384;

/**
 * Reads a log as it comes and tells what its lines say. Needs the same memory for any length. Form and program are told
 * by the first bytes of a line; nothing else is looked at of lines of other programs.
 */
export function eventReader({ zone, end, onEvent, onOther }: ReaderOptions): EventReader {
  const counts: Counts = { lines: 0, typed: 0, other: 0, foreign: 0, unparsed: 0, impostor: 0 };
  const envelope = emptyEnvelope();
  const read = envelopeReader(zone, end);
  let rest = NOTHING;
  let dropping = false;
  /** Whether a line had an envelope: then one without is none of the log. */
  let wrapped = false;
  let started = false;
  let exported: ReturnType<typeof exportReader> | undefined;
  /** Bytes before those that are looked at, and where among all of them the line begins. */
  let before = 0;
  let lineAt = 0;

  function say(
    program: Program,
    text: string,
    bytes: Buffer,
    from: number,
    to: number,
    at: number | undefined,
    host: string,
    pid: number,
  ): void {
    const event = eventOf(program, text, bytes, from, to, at, host, pid);
    if (event === undefined) {
      counts.other += 1;
      onOther?.(program, text.slice(from, to));
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
    const bytes = Buffer.from(made.message.slice(0, LONGEST).replace(/[\r\n]/g, ' '), 'utf8');
    const text = bytes.toString('latin1');
    if (made.tag === undefined) {
      // Of a container: with an envelope of its own, or the bare words of `sshd -e` and `dropbear -E`.
      if (read(text, bytes, 0, text.length, envelope)) enveloped(text, bytes, text.length, made.at);
      else bare(text, bytes, made.at);
      return;
    }
    const tag = Buffer.from(made.tag, 'utf8').toString('latin1');
    const program = programOf(tag, 0, tag.length);
    if (program === undefined || tag === '') counts.foreign += 1;
    else if (made.uid !== undefined && made.uid !== 0 && suspect(program, text)) counts.impostor += 1;
    else say(program, text, bytes, 0, text.length, made.at, made.hostname ?? '', made.pid ?? 0);
  }

  function bare(text: string, bytes: Buffer, at: number | undefined): void {
    for (const program of ['sshd', 'dropbear'] as const) {
      const event = eventOf(program, text, bytes, 0, text.length, at, '', 0);
      if (event === undefined) continue;
      counts.typed += 1;
      onEvent(event, lineAt);
      return;
    }
    counts.unparsed += 1;
  }

  function enveloped(text: string, bytes: Buffer, to: number, at: number | undefined): void {
    const program = programOf(text, envelope.tag, envelope.tagEnd);
    if (program === undefined) counts.foreign += 1;
    else say(program, text, bytes, envelope.message, to, envelope.at ?? at, envelope.host, envelope.pid);
  }

  function line(text: string, bytes: Buffer, from: number, end: number): void {
    let to = end;
    if (to > from && bytes[to - 1] === 13) to -= 1;
    if (to === from) return;
    counts.lines += 1;
    lineAt = before + from;
    if (to - from > LONGEST) to = from + LONGEST;
    const first = bytes[from] as number;
    if (first === 123) record(jsonRecord(Buffer.from(text.slice(from, to), 'latin1').toString('utf8')));
    else if (read(text, bytes, from, to, envelope)) {
      wrapped = true;
      enveloped(text, bytes, to, undefined);
    } else if (first >= 48 && first <= 57)
      record(criRecord(Buffer.from(text.slice(from, to), 'latin1').toString('utf8')));
    // What `kubectl logs` and `docker logs` print of `sshd -e` are the bare words.
    else if (!wrapped) record({ message: Buffer.from(text.slice(from, to), 'latin1').toString('utf8') });
    else counts.unparsed += 1;
  }

  return {
    counts,
    push(chunk) {
      let bytes = chunk;
      const kept = rest.length;
      if (rest.length > 0 && exported === undefined && started) {
        // Only the line that was cut is put together again, not the block.
        const newline = chunk.indexOf(10);
        const cut = Buffer.concat([rest, newline === -1 ? chunk : chunk.subarray(0, newline)]);
        if (newline === -1) bytes = cut;
        else {
          if (dropping) dropping = false;
          else line(cut.toString('latin1'), cut, 0, cut.length);
          bytes = chunk.subarray(newline + 1);
          before += kept + newline + 1;
        }
      } else if (rest.length > 0) bytes = Buffer.concat([rest, chunk]);
      rest = NOTHING;
      const text = bytes.toString('latin1');
      if (!started) {
        if (text.length < 22 && /^__?(?:$|[A-Z])/.test(text)) {
          rest = Buffer.from(bytes);
          return;
        }
        started = true;
        if (/^__(?:CURSOR|REALTIME_TIMESTAMP)=/.test(text))
          exported = exportReader((made) => {
            counts.lines += 1;
            record(made);
          });
      }
      if (exported !== undefined) {
        rest = NOTHING;
        exported.push(text);
        return;
      }
      let from = 0;
      for (;;) {
        const newline = bytes.indexOf(10, from);
        if (newline === -1) break;
        if (dropping) dropping = false;
        else line(text, bytes, from, newline);
        from = newline + 1;
      }
      rest = Buffer.from(bytes.subarray(from));
      before += from;
      if (rest.length > LONGEST) {
        // What is kept of it is enough to say what it is; the rest is passed over.
        if (!dropping) line(rest.toString('latin1'), rest, 0, rest.length);
        dropping = true;
        before += rest.length;
        rest = NOTHING;
      }
    },
    end() {
      if (exported !== undefined) exported.end();
      else if (rest.length > 0 && !dropping) line(rest.toString('latin1'), rest, 0, rest.length);
      rest = NOTHING;
      return counts;
    },
  };
}

/** Whether only root's part of sshd writes this; what a login's own process writes may be of the user. */
function suspect(program: Program, text: string): boolean {
  if (program === 'kernel') return false;
  if (program !== 'sshd') return true;
  return !/^(?:error: )?(?:Received |Disconnected |Connection |channel |connect_to |refused |Starting session|Close session|subsystem )/.test(
    text,
  );
}
