import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HARMLESS, hostKeyOptions, words } from './harmless.ts';
import { type Hop, hopLog, jumpOptions, withoutJump } from './jump.ts';
import { escapeBytes } from './layout.ts';
import { run } from './run.ts';
import { flagsOf, option, type SshOptions, type Target } from './ssh-config.ts';

/** A shell that runs our command gives this back; nologin, /bin/true and a forced command do not. */
export const ASKED_STATUS = 113;

export interface AttemptRecord {
  readonly argv: readonly string[];
  readonly rc: number | null;
  readonly signal: string | null;
  readonly ms: number;
  readonly timedOut: boolean;
  readonly askedStatus: number;
  /** In the order seen. `log` is ssh's own log (-E); `stderr` is whoever wrote there: banner, remote command, jump host. */
  readonly stderr: readonly { readonly ms: number; readonly line: string; readonly src: 'log' | 'stderr' }[];
  readonly stdoutBytes: number;
  readonly stdout: string;
  readonly error?: string;
}

const LOG_LIMIT = 256 * 1024;
const POLL_MS = 10;
const LINE_LIMIT = 4096;

/** Options that older releases do not know are only named when `ssh -G` showed them set. */
function configured(options: SshOptions): string[] {
  const off: string[] = [];
  if (option(options, 'forkafterauthentication') === 'yes') off.push('ForkAfterAuthentication=no');
  if ((option(options, 'sessiontype') ?? 'default') !== 'default') off.push('SessionType=default');
  if (option(options, 'gssapidelegatecredentials') === 'yes') off.push('GSSAPIDelegateCredentials=no');
  return off;
}

export interface Attempted {
  readonly record: AttemptRecord;
  /** What the ssh of each hop logged. */
  readonly hops: readonly AttemptRecord['stderr'][];
}

/** The target's own time limit covers the way there too, so that hops have to give up before it. */
const HOP_MARGIN_S = 3;

/**
 * One login by the user's own ssh, over `hops` where there are any, bounded in time and bytes: one authentication at the
 * target, and one at each hop on the way. Rejects on abort only.
 */
export async function attemptLogin(
  ssh: string,
  target: Target,
  options: SshOptions,
  o: { timeoutMs: number; hops?: readonly Hop[]; signal?: AbortSignal | undefined; onStart?: (pid: number) => void },
): Promise<Attempted> {
  const folder = mkdtempSync(join(tmpdir(), 'sshwhy-'));
  try {
    const throwaway = join(folder, 'known_hosts');
    const hops = o.hops ?? [];
    const asked = Number(option(options, 'connecttimeout'));
    const patience = Math.max(1, Math.ceil(o.timeoutMs / 1000));
    const log = join(folder, 'log');
    const argv = [
      ssh,
      // The second v shows both lists of algorithms, also those that came through a proxy.
      '-vv',
      '-E',
      log,
      ...words(HARMLESS),
      ...words(configured(options)),
      ...words([`ConnectTimeout=${asked > 0 ? Math.min(asked, patience) : patience}`]),
      ...words(hostKeyOptions(options, throwaway)),
      ...jumpOptions(ssh, hops, folder, Math.max(1, patience - HOP_MARGIN_S)),
      ...(hops.length === 0 ? flagsOf(target) : withoutJump(flagsOf(target))),
      '--',
      target.host,
      `exit ${ASKED_STATUS}`,
    ];
    // The log goes to a file of its own: on standard error a banner of the server could pass for a line of ssh.
    const started = performance.now();
    const lines = lineReader(started);
    const follow = (path: string, to: typeof lines): (() => void) => {
      closeSync(openSync(path, 'w', 0o600));
      return tail(path, (chunk) => to.add('log', chunk));
    };
    const others = hops.map(() => lineReader(started));
    const polls = [follow(log, lines), ...others.map((reader, index) => follow(hopLog(folder, index), reader))];
    const poll = (): void => {
      for (const each of polls) each();
    };
    const timer = setInterval(poll, POLL_MS);
    try {
      const env = { ...process.env, SSH_ASKPASS_REQUIRE: 'never' };
      const ran = await run(argv, { ...o, env, limit: LOG_LIMIT, onStderr: (chunk) => lines.add('stderr', chunk) });
      poll();
      const record = {
        argv,
        rc: ran.rc,
        signal: ran.signal,
        ms: ran.ms,
        timedOut: ran.timedOut,
        askedStatus: ASKED_STATUS,
        stderr: lines.end(),
        stdoutBytes: ran.stdoutBytes,
        stdout: escapeBytes(Buffer.from(ran.stdout).subarray(0, 2048)),
        ...(ran.error === undefined ? {} : { error: ran.error }),
      };
      return { record, hops: others.map((reader) => reader.end()) };
    } finally {
      clearInterval(timer);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Hands on what was appended to a file since the last call. */
function tail(path: string, each: (chunk: Buffer) => void): () => void {
  let at = 0;
  return () => {
    if (at >= LOG_LIMIT) return;
    const file = openSync(path, 'r');
    try {
      const chunk = Buffer.alloc(64 * 1024);
      for (let size: number; at < LOG_LIMIT && (size = readSync(file, chunk, 0, chunk.length, at)) > 0; at += size)
        each(Buffer.from(chunk.subarray(0, size)));
    } finally {
      closeSync(file);
    }
  };
}

function lineReader(started: number) {
  const lines: AttemptRecord['stderr'][number][] = [];
  const rest: Record<'log' | 'stderr', string> = { log: '', stderr: '' };
  const push = (src: 'log' | 'stderr', text: string): void => {
    const line = text.replace(/\r$/, '').slice(0, LINE_LIMIT);
    lines.push({ ms: Math.round(performance.now() - started), line, src });
  };
  return {
    add: (src: 'log' | 'stderr', chunk: Buffer): void => {
      const parts = (rest[src] + chunk.toString('utf8')).split('\n');
      rest[src] = parts.pop() ?? '';
      for (const part of parts) push(src, part);
    },
    end: (): AttemptRecord['stderr'] => {
      for (const src of ['log', 'stderr'] as const) if (rest[src] !== '') push(src, rest[src]);
      return lines;
    },
  };
}
