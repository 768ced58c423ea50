import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { LookError } from '../model/errors.ts';

// What only packed logs and the journal need is loaded when it is needed: it takes longer than a short log does.

/** Where lines come from. */
export interface LogSource {
  readonly name: string;
  /** When it was last written to, epoch milliseconds. */
  readonly end: number;
  /** Hands over its bytes, unpacked, in order; a chunk is only good until the call is over. @throws LookError */
  read(onChunk: (chunk: Buffer) => void, signal: AbortSignal): Promise<void>;
}

const BLOCK = 1 << 16;
const BLOCKS_PER_TURN = 32;
/** What unpacks standard input to standard output. */
export const UNPACK: Readonly<Record<string, readonly [string, ...string[]]>> = {
  zstd: ['zstd', '-dcq'],
  xz: ['xz', '-dcq'],
};

/** By the first bytes: RFC 1952, RFC 8878, and the .xz file format. */
export function packing(head: Buffer): 'gzip' | 'zstd' | 'xz' | undefined {
  if (head.length >= 2 && head.readUInt16BE(0) === 0x1f8b) return 'gzip';
  if (head.length >= 4 && head.readUInt32BE(0) === 0x28b52ffd) return 'zstd';
  return head.length >= 6 && head.subarray(0, 6).equals(Buffer.from('fd377a585a00', 'hex')) ? 'xz' : undefined;
}

async function consume(stream: Readable, onChunk: (chunk: Buffer) => void): Promise<void> {
  for await (const chunk of stream) onChunk(chunk as Buffer);
}

/** Runs a program and hands over what it prints. @throws LookError with the first line of its complaint. */
async function printed(
  argv: readonly [string, ...string[]],
  input: Readable | undefined,
  missing: string,
  onChunk: (chunk: Buffer) => void,
  signal: AbortSignal,
): Promise<void> {
  const { spawn } = await import('node:child_process');
  const { pipeline } = await import('node:stream/promises');
  const [program, ...words] = argv;
  const child = spawn(program, words, { stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'], signal });
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    if (complaint.length < 2000) complaint += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new LookError(missing) : error),
    );
    child.once('close', resolve);
  });
  // A program that stops reading has its own say.
  const fed =
    input === undefined || child.stdin === null ? undefined : pipeline(input, child.stdin).catch(() => undefined);
  await Promise.all([ended, fed, child.stdout === null ? undefined : consume(child.stdout, onChunk)]);
  const status = await ended;
  if (status !== 0) throw new LookError(complaint.split('\n')[0] || `${program} ended with status ${status}`);
}

/**
 * A file that is not packed. A stream would allocate each block anew and ask a thread for it, which costs a third of what
 * reading the lines does. Now and then others get their turn, so that Ctrl-C is heard.
 */
async function plain(name: string, onChunk: (chunk: Buffer) => void, signal: AbortSignal): Promise<void> {
  const file = openSync(name, 'r');
  try {
    const block = Buffer.allocUnsafeSlow(BLOCK);
    for (let blocks = 1; ; blocks++) {
      const size = readSync(file, block, 0, BLOCK, null);
      if (size === 0) return;
      onChunk(block.subarray(0, size));
      if (blocks % BLOCKS_PER_TURN === 0) await setImmediate();
      signal.throwIfAborted();
    }
  } finally {
    closeSync(file);
  }
}

async function unpacked(
  name: string,
  kind: 'gzip' | 'zstd' | 'xz',
  input: Readable,
  onChunk: (chunk: Buffer) => void,
  signal: AbortSignal,
): Promise<void> {
  if (kind === 'gzip') {
    const { createGunzip } = await import('node:zlib');
    const { pipeline } = await import('node:stream/promises');
    const gunzip = createGunzip();
    await Promise.all([pipeline(input, gunzip, { signal }), consume(gunzip, onChunk)]);
    return;
  }
  const argv = UNPACK[kind] as readonly [string, ...string[]];
  await printed(
    argv,
    input,
    `${name} is packed with ${kind}, and there is no program ${argv[0]} here`,
    onChunk,
    signal,
  );
}

const why = (name: string, error: unknown): unknown =>
  error instanceof LookError || !(error instanceof Error) || error.name === 'AbortError'
    ? error
    : new LookError(`cannot read ${name}: ${error.message}`);

/** A file, packed with gzip, zstd or xz or not. @throws LookError when it cannot be looked at. */
export function logFile(name: string): LogSource {
  let end: number;
  let kind: ReturnType<typeof packing>;
  let isFile: boolean;
  try {
    const stat = statSync(name);
    if (stat.isDirectory()) throw new Error('it is a directory');
    end = stat.mtimeMs;
    // A pipe is read once; only of a file can the first bytes be looked at before.
    isFile = stat.isFile();
    if (isFile) {
      const head = Buffer.alloc(6);
      const file = openSync(name, 'r');
      kind = packing(head.subarray(0, readSync(file, head, 0, 6, 0)));
      closeSync(file);
    }
  } catch (error) {
    throw why(name, error);
  }
  return {
    name,
    end,
    async read(onChunk, signal) {
      try {
        const stream = (): Readable => createReadStream(name, { highWaterMark: BLOCK, signal });
        if (kind !== undefined) await unpacked(name, kind, stream(), onChunk, signal);
        else if (isFile) await plain(name, onChunk, signal);
        else await consume(stream(), onChunk);
      } catch (error) {
        throw why(name, error);
      }
    },
  };
}

/** Standard input, which is not unpacked. */
export function logInput(stream: Readable, now: number): LogSource {
  return { name: 'standard input', end: now, read: (onChunk) => consume(stream, onChunk) };
}

/** Fields of an entry of the journal that are read, and the identifiers of the programs whose entries are. */
export const FIELDS = 'MESSAGE,SYSLOG_IDENTIFIER,_COMM,_PID,_UID,_HOSTNAME,_TRANSPORT';
export const TAGS = [
  ...['sshd', 'sshd-session', 'sshd-auth', 'dropbear', 'systemd', 'systemd-logind', 'kernel'],
  ...['sshguard', 'fail2ban-server', 'fail2ban.actions', 'fail2ban.filter'],
];

/** The journal of this host. */
export function logJournal(now: number, since?: number, until?: number): LogSource {
  const when = (flag: string, at: number | undefined): string[] =>
    at === undefined ? [] : [`${flag}=@${Math.floor(at / 1000)}`];
  return {
    name: 'the journal',
    end: now,
    async read(onChunk, signal) {
      const words = [
        '-o',
        'json',
        `--output-fields=${FIELDS}`,
        '--no-pager',
        '-q',
        ...TAGS.map((tag) => `--identifier=${tag}`),
      ];
      await printed(
        ['journalctl', ...words, ...when('--since', since), ...when('--until', until)],
        undefined,
        'there is no journalctl here; name the files of the log instead',
        onChunk,
        signal,
      );
    },
  };
}
