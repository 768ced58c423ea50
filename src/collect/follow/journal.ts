import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { LookError } from '../../model/errors.ts';
import type { Batch, Place } from '../../model/watch.ts';
import { FIELDS, TAGS } from '../logs.ts';
import { type Follower, type FollowOptions, idAt, idHead, MOST_EVENTS, readCursor } from './follower.ts';
import { type Entry, entryOf, sameEntry } from './journal-entry.ts';
import { lineTyper } from './typer.ts';

export const JOURNAL = 'journal';

/** A line of an entry whose long fields are left out (journalctl(1), `--all`) is never that long. */
const LONGEST = 1 << 20;
const BATCH_MS = 1000;
/** After so long without an entry journalctl is started anew: some releases go deaf when the journal is rotated. */
const DEAF_MS = 300_000;
const AGAIN_MS = 1000;

type Child = ChildProcessByStdio<null, Readable, Readable>;

interface Running {
  readonly child: Child;
  readonly follows: boolean;
  rest: Buffer;
  ended: boolean;
  complaint: string;
  status: number | null | undefined;
}

/**
 * Follows the journal of this host by journalctl(1): first what is there, to its end, then what comes. Goes on from an entry
 * by its cursor, which is asked for itself, to see whether it is still there: releases differ in what they give for an
 * `--after-cursor` that was vacuumed. When journalctl ends, it is started again from the last entry.
 */
export function journalFollower(options: FollowOptions, program: readonly string[] = ['journalctl']): Follower {
  const { host, once, now, onNote } = options;
  const typer = lineTyper(() => 0, now(), host, now);
  const saved = readCursor(options.place?.cursor, ({ cursor, since }) =>
    typeof since === 'number' ? { since, ...(typeof cursor === 'string' ? { cursor } : {}) } : undefined,
  );
  let last: Entry | undefined = saved?.cursor === undefined ? undefined : entryOf(saved.cursor);
  let since = saved?.since;
  let started = false;
  let running: Running | undefined;
  let caughtUp = false;
  let over = false;
  /** The first entry has to be the one that was read last. */
  let expects = false;
  let heard = now();
  let notBefore = 0;
  const said = new Set<string>();
  let trouble: string | undefined;
  let everRead = false;
  let call: () => void = () => undefined;

  function note(text: string): void {
    if (said.has(text) || said.size > 100) return;
    said.add(text);
    onNote(text);
  }

  function start(...more: readonly string[]): Running {
    const [command = 'journalctl', ...words] = program;
    const child = spawn(
      command,
      [
        ...words,
        '-o',
        'json',
        `--output-fields=${FIELDS}`,
        '--no-pager',
        ...TAGS.map((tag) => `--identifier=${tag}`),
        ...more,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const made: Running = {
      child,
      follows: more.includes('-f'),
      rest: Buffer.alloc(0),
      ended: false,
      complaint: '',
      status: undefined,
    };
    child.stderr.on('data', (chunk: Buffer) => {
      if (made.complaint.length < 2000) made.complaint += chunk.toString();
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      made.complaint =
        error.code === 'ENOENT' ? 'there is no journalctl here; name the files of the log instead' : error.message;
      made.status = 127;
      made.ended = true;
    });
    // Only when all that it printed was read.
    child.once('close', (status) => {
      made.status ??= status;
      made.ended = true;
    });
    child.stdout.on('readable', () => call());
    return made;
  }

  /** Words that make journalctl go on from the place. */
  function onward(): readonly string[] {
    expects = last !== undefined;
    if (last !== undefined) return [`--cursor=${last.cursor}`];
    return since === undefined ? [] : [`--since=@${Math.floor(since / 1000)}`];
  }

  const placeOf = (): Place => ({
    source: JOURNAL,
    cursor: JSON.stringify({ since: since ?? 0, ...(last === undefined ? {} : { cursor: last.cursor }) }),
  });

  /** What it printed so far; waits for it up to `ms`. Undefined: nothing. */
  async function pull(one: Running, ms: number): Promise<Buffer | undefined> {
    const got = one.child.stdout.read() as Buffer | null;
    if (got !== null) return got;
    if (one.ended || ms <= 0) return undefined;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        one.child.stdout.off('readable', done);
        for (const name of ['close', 'error']) one.child.off(name, done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      one.child.stdout.once('readable', done);
      for (const name of ['close', 'error']) one.child.once(name, done);
    });
    return (one.child.stdout.read() as Buffer | null) ?? undefined;
  }

  /** Types the whole lines; the first, if it is the one that was read last, is passed over. */
  function take(one: Running, chunk: Buffer): number {
    const bytes = one.rest.length === 0 ? chunk : Buffer.concat([one.rest, chunk]);
    let from = 0;
    const end = bytes.lastIndexOf(10) + 1;
    one.rest = Buffer.from(bytes.subarray(end));
    if (one.rest.length > LONGEST) one.rest = Buffer.alloc(0);
    while (from < end && (expects || bytes[from] !== 123)) {
      const next = bytes.indexOf(10, from) + 1;
      const entry = bytes[from] === 123 ? entryOf(bytes.toString('latin1', from, next)) : undefined;
      if (entry !== undefined && last !== undefined) {
        expects = false;
        if (!sameEntry(entry, last)) {
          onNote(
            'the journal no longer holds the entry up to which it was read (vacuumed, or made anew); reading goes on from the next one that is there',
          );
          break;
        }
      }
      from = next;
    }
    if (from === end) return 0;
    const block = bytes.subarray(from, end);
    const lineAt = (at: number): Entry | undefined => entryOf(block.toString('latin1', at, block.indexOf(10, at)));
    typer.take(block, (at) => {
      const entry = lineAt(at);
      return entry === undefined ? '' : idAt(idHead(host, JOURNAL, entry.sequence), entry.number);
    });
    last = lineAt(block.lastIndexOf(10, block.length - 2) + 1) ?? last;
    return block.length;
  }

  /** A new source: where its end is now. */
  async function begin(): Promise<Batch | undefined> {
    since ??= now();
    if (saved !== undefined) return undefined;
    if (options.from === 'start' || once) {
      since = 0;
      return undefined;
    }
    const one = start('-n', '1', '-q');
    let text = '';
    for (let chunk = await pull(one, 10_000); chunk !== undefined; chunk = await pull(one, 10_000))
      text += chunk.toString('latin1');
    ended(one);
    last = entryOf(text);
    return { events: [], place: placeOf(), lines: { all: 0, unparsed: 0, other: 0 } };
  }

  /** @throws LookError when it could not do what it was asked. */
  function ended(one: Running): void {
    const [complaint = ''] = one.complaint.trim().split('\n');
    one.child.kill();
    if (one.status === 127 || (one.status ?? 0) > 0)
      throw new LookError(complaint || `journalctl ended with status ${one.status}`);
    if (complaint !== '') note(`journalctl says: ${one.complaint.trim().replace(/\s+/g, ' ')}`);
  }

  /** journalctl stopped printing. Returns whether there is more to read at once. */
  function goOn(one: Running): boolean {
    if (one.ended) {
      running = undefined;
      if (one.follows) {
        notBefore = now() + AGAIN_MS;
        onNote(
          `journalctl ended${one.complaint === '' ? '' : ` (${one.complaint.trim().split('\n')[0]})`}; it is started again`,
        );
        caughtUp = false;
        one.child.kill();
        return false;
      }
      try {
        ended(one);
      } catch (error) {
        // What worked once will work again.
        if (once || !everRead) throw error;
        trouble = (error as Error).message;
        note(`the journal cannot be read: ${trouble}; it is tried again`);
        notBefore = now() + AGAIN_MS * 5;
        return false;
      }
      trouble = undefined;
      everRead = true;
      caughtUp = true;
      return true;
    }
    if (!one.follows) return true;
    if (now() - heard < DEAF_MS) return false;
    heard = now();
    one.child.kill();
    running = undefined;
    caughtUp = false;
    return true;
  }

  return {
    source: JOURNAL,
    async next() {
      if (!started) {
        started = true;
        const first = await begin();
        if (first !== undefined) return first;
      }
      const until = performance.now() + BATCH_MS;
      for (let bytes = 0; !over; ) {
        if (running === undefined) {
          if (caughtUp && once) break;
          if (now() < notBefore) return undefined;
          running = caughtUp ? start('-f', '--no-tail', ...onward()) : start(...onward());
        }
        const one: Running = running;
        const chunk = await pull(one, one.follows ? 0 : BATCH_MS);
        if (chunk !== undefined) {
          heard = now();
          bytes += take(one, chunk);
        }
        const late = performance.now() > until;
        if (bytes > 0 && (chunk === undefined || typer.size >= MOST_EVENTS || late))
          return { ...typer.drain(), place: placeOf() };
        if (chunk === undefined && !goOn(one)) return undefined;
      }
      over = true;
      return undefined;
    },
    get trouble() {
      return trouble;
    },
    onChange(wake) {
      call = wake;
    },
    async close() {
      over = true;
      running?.child.kill();
      running = undefined;
    },
  };
}
