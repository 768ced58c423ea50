import { spawn } from 'node:child_process';
import { clip } from '../../report/escape.ts';
import { SendError } from './failure.ts';

const MOST_SAID = 16 * 1024;
const GRACE_MS = 1000;

/**
 * Runs a program without a shell, in a process group of its own, with nothing of the environment but what is given and PATH, HOME
 * and LANG: the rest may hold secrets. What it prints is read away, and the last line of it is told when it fails. When the signal
 * comes the whole group is ended. @throws SendError when it cannot be started or does not end with 0.
 */
export function ran(
  argv: readonly [string, ...string[]],
  input: string,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  const [program, ...words] = argv;
  const { PATH, HOME, LANG } = process.env;
  const own = Object.entries({ PATH, HOME, LANG }).filter((one): one is [string, string] => one[1] !== undefined);
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const child = spawn(program, words, {
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...Object.fromEntries(own), ...environment },
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString('utf8')).slice(-MOST_SAID);
      });
    const end = (name: NodeJS.Signals): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, name);
      } catch {
        // The group is gone already.
      }
    };
    let late: NodeJS.Timeout | undefined;
    const aborted = (): void => {
      end('SIGTERM');
      late = setTimeout(() => end('SIGKILL'), GRACE_MS);
    };
    signal.addEventListener('abort', aborted, { once: true });
    const settle = (): void => {
      clearTimeout(late);
      signal.removeEventListener('abort', aborted);
    };
    child.on('error', (error: NodeJS.ErrnoException) => {
      settle();
      const why = error.code === 'ENOENT' ? 'there is no such program' : error.message;
      reject(new SendError(`${program}: ${why}`));
    });
    // What it leaves running in the background may hold its output open: that is not waited for.
    child.on('exit', (code, killed) => {
      settle();
      child.stdout.destroy();
      child.stderr.destroy();
      if (signal.aborted) return reject(signal.reason);
      const last = said.trim().split('\n').at(-1) ?? '';
      const how = code === null ? `was ended by ${killed}` : `ended with status ${code}`;
      if (code === 0) resolve();
      else reject(new SendError(`${program} ${how}${last === '' ? '' : `: ${clip(last, 200)}`}`));
    });
    // A program that does not read its input is told by its exit status, not by EPIPE.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
