import { spawn } from 'node:child_process';

/** What became of a command. `code` is null when a signal ended it (also at the time limit). */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  readonly ms: number;
}

export interface RunOptions {
  /** Milliseconds until the whole process group is killed; default 20 000. */
  readonly timeoutMs?: number;
  /** Added to a small clean environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Somebody presses Ctrl-C after so many milliseconds; only the command itself gets the signal. */
  readonly interruptMs?: number;
}

const OUTPUT_LIMIT = 4 * 1024 * 1024;

/** The environment of everything that runs in the lab: nothing of the developer's own (agent, locale) leaks in. */
export const CLEAN_ENV: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  USER: 'root',
  LOGNAME: 'root',
  LANG: 'C.UTF-8',
};

/** Runs a command to its end or its time limit; never throws for what the command does. */
export function run(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const started = Date.now();
  const [command = 'false', ...args] = argv;
  return new Promise((resolve) => {
    const child = spawn(command, args, { detached: true, env: { ...CLEAN_ENV, ...options.env }, stdio: 'pipe' });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let size = 0;
    let timedOut = false;
    const keep = (into: Buffer[]) => (chunk: Buffer) => {
      if ((size += chunk.length) <= OUTPUT_LIMIT) into.push(chunk);
    };
    child.stdout.on('data', keep(out));
    child.stderr.on('data', keep(err));
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
    const timer = setTimeout(() => {
      timedOut = true;
      if (child.pid !== undefined) killGroup(child.pid);
    }, options.timeoutMs ?? 20_000);
    const { interruptMs } = options;
    const interrupt = interruptMs === undefined ? undefined : setTimeout(() => child.kill('SIGINT'), interruptMs);
    let settled = false;
    const settle = (code: number | null, failure?: Error) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      clearTimeout(interrupt);
      child.stdout.destroy();
      child.stderr.destroy();
      const stderr = Buffer.concat(err).toString() + (failure ? `${failure.message}\n` : '');
      resolve({ code, stdout: Buffer.concat(out).toString(), stderr, timedOut, ms: Date.now() - started });
    };
    child.on('error', (error) => settle(127, error));
    child.on('close', (code) => settle(code));
    // A daemon that a script left behind may hold the pipes open for ever.
    child.on('exit', (code) => setTimeout(settle, 250, code));
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}

/** Resolves after `ms`, or at once when the signal says that nobody waits any more. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Calls `probe` until it gives something; throws with `what` after `timeoutMs`. */
export async function waitFor<T>(
  what: string,
  timeoutMs: number,
  probe: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (Date.now() > end) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await sleep(15);
  }
}
