import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { FIELDS, TAGS } from '../logs.ts';

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** A journalctl(1) that runs. Its output is read when it is asked for, so that what is not waits in the pipe and the journal. */
export interface Running {
  readonly child: Child;
  readonly follows: boolean;
  rest: Buffer;
  ended: boolean;
  complaint: string;
  status: number | null | undefined;
}

/** Starts it; entries of the programs that are known, as JSON. `more`: which of them. */
export function startJournalctl(program: readonly string[], onReadable: () => void, more: readonly string[]): Running {
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
  child.stdout.on('readable', onReadable);
  return made;
}

/** What it printed so far; waits for it up to `ms`. Undefined: nothing. */
export async function pull(one: Running, ms: number): Promise<Buffer | undefined> {
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
