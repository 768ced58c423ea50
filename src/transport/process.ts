import { spawn } from 'node:child_process';
import { LookError } from '../model/errors.ts';
import type { Ran, Transport } from './transport.ts';

const STDOUT_LIMIT = 64 * 1024 * 1024;
const STDERR_LIMIT = 16 * 1024;
const GRACE_MS = 1500;

/** Keeps the first `limit` bytes of a stream and reads the rest away, so that the writer never blocks. */
function head(stream: NodeJS.ReadableStream, limit: number): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    if (size < limit) chunks.push(chunk.subarray(0, limit - size));
    size += chunk.length;
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

/**
 * A transport that is a command: `argv` is started without a shell in a process group of its own, and gets the script
 * on its standard input. The whole group is ended at the deadline or on abort, and killed when it does not go.
 */
export function processTransport(name: string, argv: readonly string[]): Transport {
  const [command, ...args] = argv;
  if (command === undefined) throw new LookError(`${name}: no command`);
  return {
    name,
    run: (script, { timeoutMs, signal }) =>
      new Promise<Ran>((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const child = spawn(command, args, { stdio: 'pipe', detached: true });
        const stdout = head(child.stdout, STDOUT_LIMIT);
        const stderr = head(child.stderr, STDERR_LIMIT);
        let timedOut = false;
        const send = (name: NodeJS.Signals): void => {
          try {
            if (child.pid !== undefined) process.kill(-child.pid, name);
          } catch {
            // The group is gone already.
          }
        };
        let late: NodeJS.Timeout | undefined;
        // A script that has something to take away gets the time to do so.
        const end = (): void => {
          send('SIGTERM');
          late = setTimeout(() => send('SIGKILL'), GRACE_MS);
        };
        const deadline = setTimeout(() => {
          timedOut = true;
          end();
        }, timeoutMs);
        signal?.addEventListener('abort', end, { once: true });
        const settle = (): void => {
          clearTimeout(deadline);
          clearTimeout(late);
          signal?.removeEventListener('abort', end);
        };
        child.on('error', (error: NodeJS.ErrnoException) => {
          settle();
          const why = error.code === 'ENOENT' ? 'there is no such command here' : error.message;
          reject(new LookError(`${name}: cannot start ${command}: ${why}`));
        });
        child.on('close', (code) => {
          settle();
          if (signal?.aborted) reject(signal.reason);
          else resolve({ code, stdout: stdout(), stderr: stderr(), timedOut });
        });
        // A command that ends before it has read its script is told by its exit status, not by EPIPE.
        child.stdin.on('error', () => {});
        child.stdin.end(script);
      }),
  };
}
