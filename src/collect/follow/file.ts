import { watch } from 'node:fs';
import path from 'node:path';
import type { Zone } from '../../facts/events/stamp.ts';
import { LookError } from '../../model/errors.ts';
import type { Batch } from '../../model/watch.ts';
import { type Bytes, openBytes } from './bytes.ts';
import type { Follower, FollowOptions } from './follower.ts';
import { type Cursor, cursorOf, writeCursor } from './identity.ts';
import { type Reading, reading } from './reading.ts';
import { lookAt } from './siblings.ts';
import { begunSince, findAgain, type Left, NEVER, successor } from './succession.ts';

/** So long a file may be gone before it is said. */
const GONE_MS = 10_000;
/**
 * Follows a file by its name through rotation, truncation and absence. A place is a file (device, inode, hash of the first
 * line), a byte in it and a hash of the bytes before, so that the file is found again under the name that it was rotated to,
 * packed or copied, and one that was emptied and written anew is told from one that grew. Nothing is lost but what was taken
 * away unread without a copy, which is said.
 */
export function fileFollower(file: string, zone: Zone, options: FollowOptions): Follower {
  const { once, now, onNote } = options;
  const closers: (() => void)[] = [];
  let current: Reading | undefined;
  let left: Left | undefined;
  let started = false;
  let over = false;
  let closed = false;
  let goneSince: number | undefined;
  let goneSaid = false;
  let trouble = '';

  /** Undefined when the follower was closed meanwhile: then nobody would close what was opened. */
  async function enter(bytes: Bytes, from?: Cursor): Promise<Reading | undefined> {
    try {
      const one = await reading(file, bytes, zone, options, from, left?.identity);
      if (!closed) return one;
    } catch (error) {
      await bytes.close().catch(() => undefined);
      throw error;
    }
    await bytes.close();
    return undefined;
  }

  /** Undefined: it is not there, or for the time being cannot be read, which is said. @throws LookError where waiting does not help. */
  async function opened(name: string): Promise<Bytes | undefined> {
    try {
      const bytes = await openBytes(name);
      trouble = '';
      return bytes;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (once || code === undefined) throw new LookError(`cannot read ${name}: ${message}`);
      if (code !== 'ENOENT' && trouble !== message) onNote(`${name} cannot be read: ${message}`);
      trouble = message;
      return undefined;
    }
  }

  /** Finds the place, or makes one, so that what comes from now on is not missed even if nothing comes before we end. */
  async function begin(): Promise<Batch | undefined> {
    const cursor = cursorOf(options.place?.cursor);
    if (cursor !== undefined) {
      const bytes = await findAgain(file, cursor);
      if (bytes !== undefined) {
        current = await enter(bytes, cursor);
        return undefined;
      }
      if (cursor.identity !== undefined)
        onNote(`${file}: what was read of it up to byte ${cursor.offset} is gone; lines behind that may be lost`);
      left = { node: '', changed: cursor.changed, identity: cursor.identity };
      return undefined;
    }
    const bytes = await opened(file);
    if (bytes === undefined) {
      const nothing = { offset: 0, mid: false, tail: '', changed: BigInt(now()) * 1_000_000n };
      return nothingOf({ source: file, cursor: writeCursor(nothing) });
    }
    current = await enter(bytes);
    if (options.from === 'end' && !once && !bytes.packed) await current?.toEnd();
    return current === undefined ? undefined : nothingOf(current.place());
  }

  /** The end of what is being read was reached. Returns whether there is more to read at once. */
  async function goOn(one: Reading): Promise<boolean> {
    if (one.final) {
      await leave(one);
      return true;
    }
    const there = await lookAt(file);
    if (there === undefined) {
      goneSince ??= now();
      if (!goneSaid && now() - goneSince > GONE_MS) {
        goneSaid = true;
        onNote(`${file} is gone; it is waited for`);
      }
      return false;
    }
    if (goneSaid) onNote(`${file} is back`);
    goneSince = undefined;
    goneSaid = false;
    if (there.node === one.bytes.node) return false;
    one.final = await begunSince(file, one.bytes.node);
    return one.final;
  }

  async function leave(one: Reading): Promise<void> {
    left = { node: one.bytes.node, changed: one.changed, identity: one.identity ?? left?.identity };
    current = undefined;
    await one.bytes.close();
  }

  /** It was emptied and written anew. Where a copy of what it was is kept, the rest is read there. */
  async function replaced(one: Reading): Promise<void> {
    const cursor = one.cursor();
    await leave(one);
    left = { node: '', changed: NEVER, identity: cursor.identity };
    const copy = cursor.identity === undefined ? undefined : await findAgain(file, cursor);
    if (copy !== undefined) {
      current = await enter(copy, cursor);
      if (current !== undefined) current.final = true;
    } else if (one.offset > 0)
      onNote(`${file} was emptied, and there is no copy of it: what stood behind byte ${one.offset} is lost`);
  }

  async function take(one: Reading): Promise<Batch | 'end' | 'other'> {
    try {
      return await one.take();
    } catch (error) {
      if (error instanceof LookError || once) throw why(error);
      onNote(why(error).message);
      if (one.bytes.packed) await leave(one);
      return 'end';
    }
  }

  const why = (error: unknown): LookError =>
    error instanceof LookError ? error : new LookError(`cannot read ${file}: ${(error as Error).message}`);

  return {
    source: file,
    async next() {
      if (!started) {
        const first = await begin();
        started = true;
        if (first !== undefined) return first;
      }
      while (!over) {
        if (current === undefined) {
          const next = await successor(file, left);
          const bytes = next === undefined ? undefined : await opened(next.path);
          if (bytes === undefined) break;
          current = await enter(bytes);
          if (current === undefined) break;
        }
        const taken = await take(current);
        if (typeof taken !== 'string') return taken;
        if (current === undefined) continue;
        if (taken === 'other') await replaced(current);
        else if (!(await goOn(current))) break;
      }
      over ||= once;
      return undefined;
    },
    get trouble() {
      if (trouble !== '') return trouble;
      return goneSince === undefined ? undefined : 'it is gone';
    },
    onChange(call) {
      try {
        const watcher = watch(path.dirname(file), { persistent: false }, (_, name) => {
          if (name === null || name === path.basename(file)) call();
        });
        watcher.on('error', () => watcher.close());
        closers.push(() => watcher.close());
      } catch {
        // Not everywhere; it is polled as well.
      }
    },
    async close() {
      over = true;
      closed = true;
      for (const shut of closers) shut();
      await current?.bytes.close();
      current = undefined;
    },
  };
}

const nothingOf = (place: Batch['place']): Batch => ({
  events: [],
  place,
  lines: { all: 0, unparsed: 0, other: 0 },
});
