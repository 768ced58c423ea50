import { closeSync, writeSync } from 'node:fs';

export interface LineSink {
  /** Waits only where standard output does not take more. */
  push(line: string): void | Promise<void>;
  /** Writes what is left, and closes the file. */
  end(): void;
}

const HELD_CHARACTERS = 16_384;
const HELD_MS = 50;

/**
 * Lines for a file (a descriptor, closed at the end) and standard output, some at a time: a system call for each line of thousands
 * a second costs more than what the line tells. None is held for longer than 50 ms; with `eager` none is held at all, because whoever
 * sent it forgets it as soon as it was pushed.
 */
export function lineSink(file: number | undefined, stdout: NodeJS.WriteStream | undefined, eager = false): LineSink {
  let held = '';
  let timer: NodeJS.Timeout | undefined;
  let drained: Promise<void> | undefined;
  /** One listener for all who wait. */
  const drain = (): Promise<void> => {
    drained ??= new Promise<void>((resolve) => stdout?.once('drain', resolve)).then(() => {
      drained = undefined;
    });
    return drained;
  };
  const flush = (): boolean => {
    clearTimeout(timer);
    timer = undefined;
    const text = held;
    held = '';
    if (text === '') return true;
    if (file !== undefined) writeSync(file, text);
    return stdout?.write(text) ?? true;
  };
  return {
    push(line) {
      held += line;
      if (!eager && held.length < HELD_CHARACTERS) {
        timer ??= setTimeout(flush, HELD_MS);
        return;
      }
      if (!flush()) return drain();
    },
    end() {
      flush();
      if (file !== undefined) closeSync(file);
    },
  };
}
