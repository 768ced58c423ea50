import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { LookError } from '../../model/errors.ts';
import { found, type Mark, takenUpTo } from './spool-folder.ts';
import { locked } from './spool-lock.ts';
import { spoolOut } from './spool-out.ts';
import { framed, HEAD, RECORD_MAX, recordsFrom, type Segment, segmentFile } from './spool-segment.ts';

export type { Mark } from './spool-folder.ts';

/**
 * Records on the disk in the order in which they came, until they are taken off. A record is on the disk (fdatasync) before
 * `append` returns; those that come meanwhile share the next sync. Taking off is not synced: after a loss of power a few may
 * come again, none is missing. One process at a time.
 */
export interface Spool {
  /** Waits while the spool is full. @throws LookError when the disk does not take it, or the spool was closed. */
  append(data: Uint8Array): Promise<void>;
  /** The oldest records that are there, at least one, as long as `more` agrees; undefined when there is none. */
  peek(
    more: (record: Buffer, taken: number) => boolean,
  ): Promise<{ readonly records: readonly Buffer[]; readonly after: Mark } | undefined>;
  /** Takes off all that lies before. */
  drop(before: Mark): Promise<void>;
  /** Resolves when there may be a record to take. */
  filled(): Promise<void>;
  /** `held`: appends that wait for room. `lost`: bytes that the disk gave back otherwise than they were written. */
  state(): { readonly bytes: number; readonly held: number; readonly lost: number };
  close(): Promise<void>;
}

const SEGMENT_MAX = 8 << 20;
export const SPOOL_MIN = 16 << 20;
const RETRY_MS = 1000;

interface Waiting {
  readonly data: Buffer;
  done(): void;
  failed(error: Error): void;
}

/** Opens the spool in a folder, which is made. `maxBytes` is at least `SPOOL_MIN`. @throws UsageError, LookError */
export async function openSpool(dir: string, maxBytes: number): Promise<Spool> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const unlock = locked(path.join(dir, 'lock'));
  try {
    const segments = await found(dir);
    return running(dir, maxBytes, segments, await takenUpTo(dir, segments), unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

function running(dir: string, maxBytes: number, segments: Segment[], begin: Mark, unlock: () => void): Spool {
  const limit = Math.max(maxBytes, SPOOL_MIN);
  const segmentMax = Math.min(SEGMENT_MAX, Math.floor(limit / 8));
  let taken = begin;
  let [closed, lost] = [false, 0];
  let torn = false;
  const queue: Waiting[] = [];
  let writing: Promise<void> | undefined;
  let wakeReader = (): void => undefined;
  let wakeWriter = (): void => undefined;
  const bytes = (): number => segments.reduce((sum, { size }) => sum + size, 0);
  const last = (): Segment => segments.at(-1) as Segment;
  const out = spoolOut(dir);

  const roll = async (): Promise<void> => {
    const number = last().number + 1;
    const file = segmentFile(dir, number);
    await out.begin(file);
    segments.push({ number, file, size: 0 });
    await removeTaken();
  };
  const removeTaken = async (): Promise<void> => {
    for (;;) {
      const [first] = segments;
      if (first === undefined || segments.length === 1 || first.number >= taken.segment) return;
      segments.shift();
      await rm(first.file, { force: true });
    }
  };

  const room = (length: number): boolean => bytes() + length <= limit || bytes() === 0;
  const write = async (): Promise<void> => {
    while (queue.length > 0 && !closed) {
      const [first] = queue as [Waiting];
      if (!room(first.data.length)) {
        await new Promise<void>((resolve) => (wakeWriter = resolve));
        continue;
      }
      const now: Waiting[] = [];
      let length = 0;
      for (const one of queue) {
        if (now.length > 0 && (!room(length + one.data.length) || length > segmentMax)) break;
        now.push(one);
        length += one.data.length;
      }
      try {
        if (last().size >= segmentMax || torn) await roll();
        torn = false;
        await out.append(last().file, Buffer.concat(now.map(({ data }) => data)));
      } catch (error) {
        // What cannot be cut off stays, and nothing is written behind it, where it would not be found.
        torn ||= !(await out.giveUp(last().file, last().size));
        // A full disk is a full spool: the sender makes room.
        if (!['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
        await new Promise<void>((resolve) => {
          wakeWriter = resolve;
          setTimeout(resolve, RETRY_MS);
        });
        continue;
      }
      queue.splice(0, now.length);
      last().size += length;
      for (const { done } of now) done();
      wakeReader();
    }
  };
  const startWriting = (): void => {
    writing ??= write()
      .catch((error: Error) => {
        for (const { failed } of queue.splice(0)) failed(new LookError(`cannot write to ${dir}: ${error.message}`));
      })
      .finally(() => {
        writing = undefined;
        if (queue.length > 0 && !closed) startWriting();
      });
  };

  return {
    append(data) {
      if (closed) return Promise.reject(new LookError(`the spool ${dir} is closed`));
      if (data.length > RECORD_MAX) return Promise.reject(new LookError('a record is too long for the spool'));
      return new Promise((done, failed) => {
        queue.push({ data: framed(data), done, failed });
        startWriting();
      });
    },
    async peek(more) {
      for (;;) {
        const segment = segments.find(({ number }) => number >= taken.segment);
        if (segment === undefined) return undefined;
        const from = segment.number === taken.segment ? taken.offset : 0;
        const records = await recordsFrom(segment, from, more);
        if (records.length > 0) {
          const length = records.reduce((sum, record) => sum + HEAD + record.length, 0);
          return { records, after: { segment: segment.number, offset: from + length } };
        }
        if (from < segment.size) lost += segment.size - from;
        if (segment === last()) {
          // What the disk does not give back would stand in the way for ever.
          if (from < segment.size) taken = { segment: segment.number, offset: segment.size };
          return undefined;
        }
        taken = { segment: segment.number + 1, offset: 0 };
        await removeTaken();
        wakeWriter();
      }
    },
    async drop(before) {
      taken = before;
      const next = path.join(dir, 'taken.new');
      writeFileSync(next, `${taken.segment} ${taken.offset}\n`, { mode: 0o600 });
      renameSync(next, path.join(dir, 'taken'));
      await removeTaken();
      wakeWriter();
    },
    filled: () => new Promise((resolve) => (wakeReader = resolve)),
    state: () => ({
      bytes: bytes() - (segments[0]?.number === taken.segment ? taken.offset : 0),
      held: queue.length,
      lost,
    }),
    async close() {
      if (closed) return;
      closed = true;
      wakeWriter();
      wakeReader();
      await writing;
      for (const { failed } of queue.splice(0)) failed(new LookError(`the spool ${dir} was closed`));
      await out.close().finally(unlock);
    },
  };
}
