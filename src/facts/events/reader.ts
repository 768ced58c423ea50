import { exportReader } from './export.ts';
import { type Counts, lineReader, type ReaderOptions } from './line.ts';
import { aside, LONGEST, page, ROOM, refresh, SIZE } from './page.ts';

export interface EventReader {
  /** Bytes of the log, cut anywhere. */
  push(chunk: Buffer): void;
  /** What became of the lines so far; it goes on counting. */
  readonly counts: Readonly<Counts>;
  /** The log is over; returns what became of its lines. */
  end(): Counts;
}

const NEWLINE = 10;

/** Whether a reader is at the page now: what is pushed by somebody whom it tells of an event has to leave it as it is. */
let taken = false;

function alone(read: () => void): void {
  if (taken) {
    aside(ROOM, read);
    return;
  }
  taken = true;
  try {
    read();
  } finally {
    taken = false;
  }
}

/** Reads a log as it comes and tells what its lines say. Needs the same memory for any length. */
export function eventReader(options: ReaderOptions): EventReader {
  const { counts, line, entry } = lineReader(options);
  const { bytes } = page;
  /** The line that is not whole yet, while others are at the page. */
  const rest = Buffer.allocUnsafeSlow(LONGEST);
  let filled = 0;
  /** Where the page begins among all bytes that were pushed. */
  let pageAt = 0;
  let dropping = false;
  let started = false;
  let exported: ReturnType<typeof exportReader> | undefined;

  /** Reads the lines that are whole, and moves what is behind them to the front. */
  function drain(): void {
    const { text } = page;
    let from = 0;
    for (;;) {
      const newline = text.indexOf('\n', from);
      if (newline === -1) break;
      if (dropping) dropping = false;
      else line(from, newline, pageAt + from);
      from = newline + 1;
    }
    bytes.copyWithin(0, from, filled);
    filled -= from;
    pageAt += from;
    if (filled <= LONGEST) return;
    // What is here of it is enough to say what it is; the rest is passed over.
    if (!dropping) {
      refresh(filled);
      line(0, filled, pageAt);
    }
    dropping = true;
    pageAt += filled;
    filled = 0;
  }

  /** Whether it is the export format of the journal; undefined: too little is here to tell. */
  function isExport(): boolean | undefined {
    const head = bytes.toString('latin1', 0, Math.min(filled, 22));
    if (head.length < 22 && /^__?(?:$|[A-Z])/.test(head)) return undefined;
    return /^__(?:CURSOR|REALTIME_TIMESTAMP)=/.test(head);
  }

  /** What came is on the page up to `filled`; `last`: the part of it that is new. */
  function take(last: Buffer): void {
    if (!started) {
      const is = isExport();
      if (is === undefined) return;
      started = true;
      if (is) {
        exported = exportReader(entry);
        exported.push(bytes.toString('latin1', 0, filled));
        return;
      }
    } else if (filled <= LONGEST && last.indexOf(NEWLINE) === -1) return;
    refresh(filled);
    drain();
  }

  return {
    counts,
    push(chunk) {
      alone(() => {
        if (exported === undefined) bytes.set(rest.subarray(0, filled));
        for (let at = 0; at < chunk.length; ) {
          if (exported !== undefined) {
            exported.push(chunk.toString('latin1', at));
            return;
          }
          const part = chunk.subarray(at, at + SIZE);
          bytes.set(part, filled);
          filled += part.length;
          at += part.length;
          take(part);
        }
        if (exported === undefined) rest.set(bytes.subarray(0, filled));
      });
    },
    end() {
      alone(() => {
        if (exported !== undefined) exported.end();
        else if (filled > 0 && !dropping) {
          bytes.set(rest.subarray(0, filled));
          refresh(filled);
          line(0, filled, pageAt);
        }
        filled = 0;
      });
      return counts;
    },
  };
}
