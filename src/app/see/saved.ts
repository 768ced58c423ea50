import { readFileSync, statSync } from 'node:fs';
import { LookError } from '../../model/errors.ts';

/** What is read of a file again only when it has changed. */
export interface Saved<T> {
  readonly value: T;
  /** When the file was written last, epoch milliseconds. */
  readonly writtenAt: number;
}

/** Larger than the run of a fleet of 100,000 hosts. */
const MOST_BYTES = 256 << 20;

/** Reads `file` by `read`, once for each state of it. `read` throws LookError for what is not of its kind. @throws LookError */
export function savedFile<T>(file: string, read: (text: string) => T): () => Saved<T> {
  let last: { stamp: string; saved: Saved<T> } | undefined;
  return () => {
    try {
      const { mtimeMs, size, ino } = statSync(file);
      const stamp = `${mtimeMs} ${size} ${ino}`;
      if (last?.stamp === stamp) return last.saved;
      if (size > MOST_BYTES) throw new LookError(`${file} is larger than ${MOST_BYTES >> 20} MiB`);
      last = { stamp, saved: { value: read(readFileSync(file, 'utf8')), writtenAt: mtimeMs } };
      return last.saved;
    } catch (error) {
      if (error instanceof LookError) throw error;
      throw new LookError(`cannot read ${file}: ${(error as Error).message}`);
    }
  };
}

/** A text that has to be JSON of a kind. @throws LookError */
export function jsonOf(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new LookError(`${file} is no JSON`);
  }
}
