import type { Program } from '../../knowledge/events/event.ts';
import { type Block, blockOf, emptyBlock, has, literalOf, refresh } from './block.ts';
import { emptyEnvelope, envelopeReader } from './envelope.ts';
import { exportReader } from './export.ts';
import { programOf } from './program.ts';
import { criRecord, jsonRecord, type LogRecord } from './record.ts';
import type { Zone } from './stamp.ts';
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

/** Longer lines are cut: no daemon writes them. */
const LONGEST = 16_384;

/** Bytes that are looked at together; strings of more than this are dear to make. */
const SIZE = 1 << 16;

const NEWLINE = 10;

/** What syslog puts in place of the same message again and again (rsyslog's RepeatedMsgReduction). */
const REPEATED = literalOf('message repeated ');

/** More often than this is not believed. */
const MOST_TIMES = 10_000;

/** The longest that rsyslog repeats whole (it cuts at 800 bytes); of a longer one the end is not known. */
const REPEATED_WHOLE = 780;

/**
 * Reads a log as it comes and tells what its lines say. Needs the same memory for any length. Form and program are told
 * by the first bytes of a line; nothing else is looked at of lines of other programs.
 */
export function eventReader({ zone, end, onEvent, onOther }: ReaderOptions): EventReader {
  const counts: Counts = { lines: 0, typed: 0, other: 0, foreign: 0, unparsed: 0, impostor: 0 };
  const envelope = emptyEnvelope();
  const read = envelopeReader(zone, end);
  /** The line that is not whole yet, then the next bytes of the log. */
  const block = emptyBlock(SIZE);
  let filled = 0;
  /** Where the block begins, and the line, among all bytes that were pushed. */
  let blockAt = 0;
  let lineAt = 0;
  let dropping = false;
  /** Whether a line had an envelope: then one without is none of the log. */
  let wrapped = false;
  let started = false;
  let exported: ReturnType<typeof exportReader> | undefined;

  function say(program: Program, from: Block, start: number, end: number, said: Said): void {
    let event: LogEvent | undefined;
    if (from.bytes[start] === 109 && start + REPEATED.length < end && has(from.view, start, REPEATED))
      event = repeated(program, from, start, end, said);
    else event = eventOf(program, from, start, end, said);
    if (event === undefined) {
      counts.other += 1;
      onOther?.(program, from.text.slice(start, end));
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
    const message = blockOf(made.message.slice(0, LONGEST).replace(/[\r\n]/g, ' '));
    const { length } = message.text;
    if (made.tag === undefined) {
      // Of a container: with an envelope of its own, or the bare words of `sshd -e` and `dropbear -E`.
      if (read(message, 0, length, envelope)) enveloped(message, length, made.at);
      else bare(message, made.at);
      return;
    }
    const tag = Buffer.from(made.tag, 'utf8').toString('latin1');
    const program = programOf(tag, 0, tag.length);
    if (program === undefined || tag === '') counts.foreign += 1;
    else if (made.uid !== undefined && made.uid !== 0 && suspect(program, message.text)) counts.impostor += 1;
    else say(program, message, 0, length, { at: made.at, host: made.hostname ?? '', pid: made.pid ?? 0 });
  }

  function bare(message: Block, at: number | undefined): void {
    for (const program of ['sshd', 'dropbear'] as const) {
      const event = eventOf(program, message, 0, message.text.length, { at, host: '', pid: 0 });
      if (event === undefined) continue;
      counts.typed += 1;
      onEvent(event, lineAt);
      return;
    }
    counts.unparsed += 1;
  }

  function enveloped(from: Block, to: number, at: number | undefined): void {
    if (envelope.program === undefined) {
      counts.foreign += 1;
      return;
    }
    envelope.at ??= at;
    say(envelope.program, from, envelope.message, to, envelope);
  }

  function line(from: number, end: number): void {
    const { bytes } = block;
    let to = end;
    if (to > from && bytes[to - 1] === 13) to -= 1;
    if (to === from) return;
    counts.lines += 1;
    lineAt = blockAt + from;
    if (to - from > LONGEST) to = from + LONGEST;
    if (bytes[from] !== 123 && read(block, from, to, envelope)) {
      wrapped = true;
      enveloped(block, to, undefined);
    } else otherwise(bytes.toString('utf8', from, to));
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

  /** Reads the lines that are whole, and moves what is behind them to the front. */
  function drain(): void {
    const { text } = block;
    let from = 0;
    for (;;) {
      const newline = text.indexOf('\n', from);
      if (newline === -1) break;
      if (dropping) dropping = false;
      else line(from, newline);
      from = newline + 1;
    }
    block.bytes.copyWithin(0, from, filled);
    filled -= from;
    blockAt += from;
    if (filled <= LONGEST) return;
    // What is here of it is enough to say what it is; the rest is passed over.
    if (!dropping) {
      refresh(block, filled);
      line(0, filled);
    }
    dropping = true;
    blockAt += filled;
    filled = 0;
  }

  /** Whether it is the export format of the journal; undefined: too little is here to tell. */
  function isExport(): boolean | undefined {
    const head = block.bytes.toString('latin1', 0, Math.min(filled, 22));
    if (head.length < 22 && /^__?(?:$|[A-Z])/.test(head)) return undefined;
    return /^__(?:CURSOR|REALTIME_TIMESTAMP)=/.test(head);
  }

  return {
    counts,
    push(chunk) {
      for (let at = 0; at < chunk.length; ) {
        if (exported !== undefined) {
          exported.push(chunk.toString('latin1', at));
          return;
        }
        const part = chunk.subarray(at, at + SIZE - filled);
        block.bytes.set(part, filled);
        filled += part.length;
        at += part.length;
        if (!started) {
          const is = isExport();
          if (is === undefined) continue;
          started = true;
          if (is) {
            exported = exportReader((made) => {
              counts.lines += 1;
              record(made);
            });
            exported.push(block.bytes.toString('latin1', 0, filled));
            continue;
          }
        } else if (filled <= LONGEST && part.indexOf(NEWLINE) === -1) continue;
        refresh(block, filled);
        drain();
      }
    },
    end() {
      if (exported !== undefined) exported.end();
      else if (filled > 0 && !dropping) {
        refresh(block, filled);
        line(0, filled);
      }
      filled = 0;
      return counts;
    },
  };
}

/** What is within `message repeated 3 times: [ … ]`; undefined: of no known type, or nothing of the kind. */
function repeated(program: Program, block: Block, from: number, to: number, said: Said): LogEvent | undefined {
  const start = from + REPEATED.length;
  const found = /^(\d{1,9}) times: \[ ?/.exec(block.text.slice(start, Math.min(to, start + 32)));
  if (found === null || block.bytes[to - 1] !== 93) return undefined;
  const inner = start + found[0].length;
  if (to - 1 - inner > REPEATED_WHOLE || to - 1 < inner) return undefined;
  return eventOf(program, block, inner, to - 1, said, Math.min(Math.max(Number(found[1]), 1), MOST_TIMES));
}

/** Whether only root's part of sshd writes this; what a login's own process writes may be of the user. */
function suspect(program: Program, text: string): boolean {
  if (program === 'kernel') return false;
  if (program !== 'sshd') return true;
  return !/^(?:error: )?(?:Received |Disconnected |Connection |channel |connect_to |refused |Starting session|Close session|subsystem )/.test(
    text,
  );
}
