import type { Zone } from '../../facts/events/stamp.ts';
import { LookError } from '../../model/errors.ts';
import type { Batch } from '../../model/watch.ts';
import type { Bytes } from './bytes.ts';
import { type FollowOptions, idAt, idHead, MOST_EVENTS } from './follower.ts';
import { type Cursor, hashOf, headOf, type Identity, TAIL, writeCursor } from './identity.ts';
import { lineTyper, type Typer } from './typer.ts';

const CHUNK = 1 << 18;
/** Of a longer line only this much is looked at; the reader of logs does not take more of one. */
const LONGEST = 16_384;
/** From this length on a line is not waited for any more. */
const ENDLESS = 1 << 16;
/** Bytes that are read for one batch, when hardly a line of them says anything of a login. */
const MOST_BYTES = 1 << 23;
/** With `once`, a last line without an end is taken as whole when the file was not written to for so long. */
const SETTLED_MS = 1000;

/** One file that is being read, from a place in it to its end. */
export interface Reading {
  readonly bytes: Bytes;
  /** When it was last written to, as far as was seen; nanoseconds. */
  readonly changed: bigint;
  readonly identity: Identity | undefined;
  readonly offset: number;
  /** Nothing will be added to it: its last line is whole even without an end. */
  final: boolean;
  cursor(): Cursor;
  /** `end`: nothing more is there now. `other`: the file was emptied, or written anew. */
  take(): Promise<Batch | 'end' | 'other'>;
  /** Goes to the first line that is not there yet. */
  toEnd(): Promise<void>;
  place(): Batch['place'];
}

/** `before`: whose inode may have been emptied to make this file. */
export async function reading(
  source: string,
  bytes: Bytes,
  zone: Zone,
  options: FollowOptions,
  from?: Cursor,
  before?: Identity,
): Promise<Reading> {
  const { host, once, now } = options;
  let { changed } = await bytes.look();
  let identity = from?.identity;
  let head = identity === undefined ? '' : headId(identity, host);
  let offset = from?.offset ?? 0;
  let mid = from?.mid ?? false;
  let tail = await bytesBefore(bytes, offset);
  let typer: Typer | undefined;
  /** At the last look, when there was no whole line, so that it is not read over and over. */
  let seenSize = -1;
  let final = bytes.packed;

  /** Who it is, as soon as its first line is whole. */
  async function identify(anyway: boolean): Promise<boolean> {
    if (identity !== undefined) return true;
    const found = await headOf(bytes, anyway);
    if (found === undefined) return false;
    if (/^__(?:CURSOR|REALTIME_TIMESTAMP)=/.test(found.text))
      throw new LookError(
        `${source} is an export of the journal and cannot be followed; make it with journalctl -o json`,
      );
    const cut = before?.node === bytes.node ? before.cut + 1 : 0;
    identity = { node: bytes.node, head: found.head, cut, ...(found.stamped ? {} : { born: now() }) };
    head = headId(identity, host);
    return true;
  }

  function give(lines: Buffer, at: number): void {
    // Stamps without a year are taken to be of before the file's last change, at its first line that is read.
    typer ??= lineTyper(zone, Number(changed / 1_000_000n), host, now);
    typer.take(lines, (byte) => idAt(head, at + byte));
  }

  function move(block: Buffer, used: number): void {
    const end = tail.length + used;
    offset += used;
    tail = Buffer.from(block.subarray(Math.max(0, end - TAIL), end));
  }

  /** Takes what whole lines one block holds. */
  async function block(): Promise<'lines' | 'end' | 'other'> {
    const look = await bytes.look();
    if (look.size !== undefined && look.size < offset) return 'other';
    if (look.size === seenSize && look.changed === changed && !final) return 'end';
    const ending = final || (once && now() - Number(look.changed / 1_000_000n) > SETTLED_MS);
    if (!(await identify(ending))) return 'end';
    const read = await bytes.read(offset - tail.length, tail.length + CHUNK);
    // Read at once with what comes before: so it is of the same file, even if that is emptied at this moment.
    if (!read.subarray(0, tail.length).equals(tail)) return 'other';
    changed = look.changed;
    const fresh = read.subarray(tail.length);
    const used = fresh.lastIndexOf(10) + 1;
    if (used > 0) {
      const skip = mid ? fresh.indexOf(10) + 1 : 0;
      mid = false;
      if (skip < used) give(fresh.subarray(skip, used), offset + skip);
      move(read, used);
      return 'lines';
    }
    const whole = ending && fresh.length < CHUNK;
    if (fresh.length === 0 || (fresh.length < ENDLESS && !whole)) {
      seenSize = look.size ?? -1;
      return 'end';
    }
    // Its beginning says what it is; the rest is passed over.
    if (!mid) give(Buffer.concat([fresh.subarray(0, LONGEST), Buffer.from('\n')]), offset);
    mid = !whole;
    move(read, fresh.length);
    return 'lines';
  }

  const cursor = (): Cursor => ({
    ...(identity === undefined ? {} : { identity }),
    offset,
    mid,
    tail: hashOf(tail),
    changed,
  });
  const place = (): Batch['place'] => ({ source, cursor: writeCursor(cursor()) });

  return {
    bytes,
    get changed() {
      return changed;
    },
    get identity() {
      return identity;
    },
    get offset() {
      return offset;
    },
    get final() {
      return final;
    },
    set final(value) {
      final = value;
    },
    cursor,
    place,
    async take() {
      const from = offset;
      for (;;) {
        const found = await block();
        const full = (typer?.size ?? 0) >= MOST_EVENTS || offset - from >= MOST_BYTES;
        if (found === 'lines' && !full) continue;
        if (offset === from) return found === 'lines' ? 'end' : found;
        const made = typer?.drain() ?? { events: [], lines: { all: 0, unparsed: 0, other: 0 } };
        return { ...made, place: place() };
      }
    },
    async toEnd() {
      const { size = 0 } = await bytes.look();
      const begin = Math.max(0, size - ENDLESS);
      const last = await bytes.read(begin, size - begin);
      const newline = last.lastIndexOf(10);
      mid = newline === -1 && begin > 0;
      offset = newline !== -1 ? begin + newline + 1 : begin > 0 ? begin + last.length : 0;
      tail = await bytesBefore(bytes, offset);
      await identify(false);
    },
  };
}

const headId = ({ node, head, cut, born }: Identity, host: string): string =>
  idHead(host, 'file', node, head, cut, born ?? '');

async function bytesBefore(bytes: Bytes, offset: number): Promise<Buffer> {
  const begin = Math.max(0, offset - TAIL);
  return offset === 0 ? Buffer.alloc(0) : Buffer.from(await bytes.read(begin, offset - begin));
}
