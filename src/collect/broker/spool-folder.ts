import { open, readdir, readFile, stat, truncate } from 'node:fs/promises';
import path from 'node:path';
import { type Segment, segmentFile, segmentNumber, wholeUpTo } from './spool-segment.ts';

/** A place between two records. */
export interface Mark {
  readonly segment: number;
  readonly offset: number;
}

/** The segments of a folder, oldest first, at least one. What is torn at the end of the last was never acknowledged. */
export async function found(dir: string): Promise<Segment[]> {
  const numbers = (await readdir(dir)).map(segmentNumber).filter((number) => number !== undefined);
  const segments: Segment[] = [];
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const file = segmentFile(dir, number);
    segments.push({ number, file, size: (await stat(file)).size });
  }
  const last = segments.at(-1);
  if (last === undefined) return [{ number: 1, file: segmentFile(dir, 1), size: 0 }];
  last.size = await wholeUpTo(last.file, last.size);
  await truncate(last.file, last.size);
  return segments;
}

/** Up to where records were taken off. */
export async function takenUpTo(dir: string, segments: readonly Segment[]): Promise<Mark> {
  const first: Mark = { segment: segments[0]?.number ?? 1, offset: 0 };
  const text = await readFile(path.join(dir, 'taken'), 'utf8').catch(() => '');
  const [, segment, offset] = /^(\d{1,12}) (\d{1,12})\n$/.exec(text) ?? [];
  if (segment === undefined || Number(segment) < first.segment) return first;
  const known = segments.find(({ number }) => number === Number(segment));
  // A mark beyond all that is there is of files that were taken away by hand.
  return known === undefined ? first : { segment: known.number, offset: Math.min(Number(offset), known.size) };
}

/** A new file is there after a loss of power only when its folder was written as well. */
export async function synced(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  await handle.sync().finally(() => handle.close());
}
