import { readFile, stat } from 'node:fs/promises';
import { LookError } from '../../model/errors.ts';

/** What is read of a file again only when it has changed. */
export interface Saved<T> {
  readonly value: T;
  /** When the file was written last, epoch milliseconds. */
  readonly writtenAt: number;
}

/** Reads `file` by `read`, once for each state of it. `read` rejects with LookError for what is not of its kind. Rejects with LookError. */
export function savedFile<T>(file: string, read: (file: string) => Promise<T>): () => Promise<Saved<T>> {
  let last: { readonly stamp: string; readonly saved: Promise<Saved<T>> } | undefined;
  return async () => {
    const { mtimeMs, size, ino } = await stat(file).catch((error: Error) => {
      throw new LookError(`cannot read ${file}: ${error.message}`);
    });
    const stamp = `${mtimeMs} ${size} ${ino}`;
    if (last?.stamp !== stamp) last = { stamp, saved: read(file).then((value) => ({ value, writtenAt: mtimeMs })) };
    return last.saved;
  };
}

/** More than what is looked at whole has, of however many accounts and keys. */
const MOST_BYTES = 256 << 20;

/** A file that is looked at whole. Rejects with LookError. */
export async function textOf(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > MOST_BYTES) throw new LookError(`${file} is larger than ${MOST_BYTES >> 20} MiB`);
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof LookError) throw error;
    throw new LookError(`cannot read ${file}: ${(error as Error).message}`);
  }
}
