import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/** How a command ended. `rc` is null when it was killed or could not be started. */
export interface Ran {
  readonly rc: number | null;
  readonly signal: string | null;
  readonly ms: number;
  readonly timedOut: boolean;
  readonly stdout: string;
  /** All bytes that were written, also those beyond the limit. */
  readonly stdoutBytes: number;
  readonly stderr: string;
  /** errno name when it could not be started. */
  readonly error?: string;
}

export interface Bounds {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Bytes kept of each stream; the rest is read away, so that the writer never blocks. */
  readonly limit?: number;
  readonly onStderr?: (chunk: Buffer) => void;
  readonly onStart?: ((pid: number) => void) | undefined;
}

/** A process that inherited the pipes (ControlPersist, ProxyCommand) must not keep us waiting. */
const PIPE_GRACE_MS = 150;

function keep(stream: Readable, limit: number, each?: (chunk: Buffer) => void): () => { text: string; bytes: number } {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    if (bytes < limit) {
      const part = chunk.subarray(0, limit - bytes);
      chunks.push(part);
      each?.(part);
    }
    bytes += chunk.length;
  });
  return () => ({ text: Buffer.concat(chunks).toString('utf8'), bytes });
}

/**
 * Starts a command without a shell, without a terminal and with an empty standard input, in a process group of its own
 * that is killed as a whole at the deadline, on abort, and once the command has ended.
 * Never rejects but on abort, with the reason of the signal.
 */
export function run(argv: readonly string[], o: Bounds): Promise<Ran> {
  const [command = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    if (o.signal?.aborted) return reject(o.signal.reason);
    const started = performance.now();
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: o.env ?? process.env,
    });
    if (child.pid !== undefined) o.onStart?.(child.pid);
    const stdout = keep(child.stdout, o.limit ?? 256 * 1024);
    const stderr = keep(child.stderr, o.limit ?? 256 * 1024, o.onStderr);
    let timedOut = false;
    const kill = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // The group is gone already.
      }
    };
    const deadline = setTimeout(() => {
      timedOut = true;
      kill();
    }, o.timeoutMs);
    o.signal?.addEventListener('abort', kill, { once: true });
    let settled = false;
    const settle = (rc: number | null, signal: string | null, error?: string): void => {
      if (settled) return;
      settled = true;
      clearTimeout(deadline);
      o.signal?.removeEventListener('abort', kill);
      kill();
      child.stdout.destroy();
      child.stderr.destroy();
      if (o.signal?.aborted) {
        reject(o.signal.reason);
        return;
      }
      const out = stdout();
      resolve({
        rc,
        signal,
        ms: Math.round(performance.now() - started),
        timedOut,
        stdout: out.text,
        stdoutBytes: out.bytes,
        stderr: stderr().text,
        ...(error === undefined ? {} : { error }),
      });
    };
    child.on('error', (error: NodeJS.ErrnoException) => settle(null, null, error.code ?? error.message));
    child.on('close', (rc, signal) => settle(rc, signal));
    child.on('exit', (rc, signal) => setTimeout(() => settle(rc, signal), PIPE_GRACE_MS));
  });
}
