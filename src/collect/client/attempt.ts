import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shellQuote } from '../../model/remedy.ts';
import { escapeBytes } from './layout.ts';
import { run } from './run.ts';
import { fileList, flagsOf, option, readSshConfig, type SshOptions, type Target } from './ssh-config.ts';

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

/** Nothing of the user's is written, forwarded, shared or asked for; the rest stays as configured. */
const HARMLESS = [
  'BatchMode=yes',
  'NumberOfPasswordPrompts=0',
  'ConnectionAttempts=1',
  'ControlMaster=no',
  'ControlPath=none',
  'PermitLocalCommand=no',
  'RemoteCommand=none',
  'RequestTTY=no',
  'ForwardAgent=no',
  'ForwardX11=no',
  'ClearAllForwardings=yes',
  'Tunnel=no',
  'UpdateHostKeys=no',
  'AddKeysToAgent=no',
  'VisualHostKey=no',
];

const words = (options: readonly string[]): string[] => options.flatMap((each) => ['-o', each]);

function quoteFile(path: string): string {
  return /\s/.test(path) ? `"${path}"` : path;
}

/**
 * A throwaway file in front takes what ssh would write into the user's known_hosts; `ask` becomes accept-new, because a
 * question cannot be answered here and an unknown key must not hide what comes after it.
 */
export function hostKeyOptions(options: SshOptions, throwaway: string): string[] {
  const strict = option(options, 'stricthostkeychecking') ?? 'ask';
  if (strict === 'yes' || strict === 'true') return [];
  const files = [throwaway, ...fileList(options, 'userknownhostsfile')].map(quoteFile).join(' ');
  return [`UserKnownHostsFile=${files}`, ...(strict === 'ask' ? ['StrictHostKeyChecking=accept-new'] : [])];
}

/** Options that older releases do not know are only named when `ssh -G` showed them set. */
function configured(options: SshOptions): string[] {
  const off: string[] = [];
  if (option(options, 'forkafterauthentication') === 'yes') off.push('ForkAfterAuthentication=no');
  if ((option(options, 'sessiontype') ?? 'default') !== 'default') off.push('SessionType=default');
  if (option(options, 'gssapidelegatecredentials') === 'yes') off.push('GSSAPIDelegateCredentials=no');
  return off;
}

/**
 * ssh starts the jump host's ssh by itself with none of our options, so it could write to the user's known_hosts; the
 * same hop is spelled out as a ProxyCommand. Its log arrives on standard error, apart from that of the target.
 */
async function jumpOptions(ssh: string, target: Target, jump: string, throwaway: string, signal?: AbortSignal) {
  const hops = jump.split(',');
  const last = (hops.pop() ?? '').replace(/^ssh:\/\//, '');
  const [, user, bracketed, plain, port] = /^(?:(.*)@)?(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(last) ?? [];
  const host = bracketed ?? plain ?? last;
  const file = target.argv.indexOf('-F');
  const argv = [
    ...(file < 0 ? [] : ['-F', target.argv[file + 1] ?? 'none']),
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', port]),
    ...(hops.length === 0 ? [] : ['-J', hops.join(',')]),
  ];
  const { options } = await readSshConfig(ssh, { argv, host }, signal);
  const harmless = words([
    'BatchMode=yes',
    'UpdateHostKeys=no',
    'ControlMaster=no',
    ...hostKeyOptions(options, throwaway),
  ]);
  const command = [ssh, '-v', ...harmless, ...argv].map((word) => shellQuote(word).replaceAll('%', '%%'));
  return ['ProxyJump=none', `ProxyCommand=${command.join(' ')} -W '[%h]:%p' -- ${shellQuote(host)}`];
}

/** One login by the user's own ssh, bounded in time and bytes. Rejects on abort only. */
export async function attemptLogin(
  ssh: string,
  target: Target,
  options: SshOptions,
  o: { timeoutMs: number; signal?: AbortSignal | undefined; onStart?: (pid: number) => void },
): Promise<AttemptRecord> {
  const folder = mkdtempSync(join(tmpdir(), 'sshwhy-'));
  try {
    const throwaway = join(folder, 'known_hosts');
    const jump = option(options, 'proxyjump');
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
      ...(jump === undefined ? [] : words(await jumpOptions(ssh, target, jump, throwaway, o.signal))),
      ...flagsOf(target),
      '--',
      target.host,
      `exit ${ASKED_STATUS}`,
    ];
    // The log goes to a file of its own: on standard error a banner of the server could pass for a line of ssh.
    closeSync(openSync(log, 'w', 0o600));
    const lines = lineReader(performance.now());
    const poll = tail(log, (chunk) => lines.add('log', chunk));
    const timer = setInterval(poll, POLL_MS);
    try {
      const env = { ...process.env, SSH_ASKPASS_REQUIRE: 'never' };
      const ran = await run(argv, { ...o, env, limit: LOG_LIMIT, onStderr: (chunk) => lines.add('stderr', chunk) });
      poll();
      return {
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
