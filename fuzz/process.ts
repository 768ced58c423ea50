import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Ask, Say } from './worker.ts';

/** What one input may take. A machine that does ten other things is slow, but not without end. */
export interface Bounds {
  readonly inputMs: number;
  readonly memoryMb: number;
}

/** Why a worker was ended, and what it was reading then. */
export interface Ended {
  readonly why: string;
  readonly input: Buffer;
}

const LOOK_MS = 200;

/** Resident memory in MiB; undefined where there is no /proc. */
function memoryOf(pid: number | undefined): number | undefined {
  try {
    const [, kib] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kib === undefined ? undefined : Number(kib) / 1024;
  } catch {
    return undefined;
  }
}

/** A process that reads inputs and is ended when one takes too long or too much. */
export interface Worker {
  /** Hands over a task; resolves when it is done, or with why it was ended. The process is gone then. */
  ask(ask: Ask, onSay: (say: Say) => void): Promise<Ended | undefined>;
  close(): void;
}

/** Starts one from a bundled `worker.ts`. `root`: where test/fixtures are. */
export function startWorker(file: string, root: string, { inputMs, memoryMb }: Bounds): Worker {
  const folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-fuzz-'));
  const place = path.join(folder, 'input');
  const child: ChildProcess = fork(file, {
    execArgv: [`--max-old-space-size=${memoryMb}`],
    env: { ...process.env, SSHWHY_FUZZ_ROOT: root, SSHWHY_FUZZ_INPUT: place },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    if (stderr.length < 20_000) stderr += chunk.toString();
  });
  const ready = new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', () => reject(new Error(`the worker did not start: ${stderr.slice(0, 2000)}`)));
  });
  ready.catch(() => undefined);
  const current = (): Buffer => readFileSync(place);

  return {
    async ask(ask, onSay) {
      await ready;
      return new Promise((resolve) => {
        let last = -1;
        let since = Date.now();
        let why: string | undefined;
        const stop = (because: string): void => {
          why = because;
          child.kill('SIGKILL');
        };
        const timer = setInterval(() => {
          const memory = memoryOf(child.pid);
          if (memory !== undefined && memory > memoryMb * 1.5) stop(`it took more than ${memoryMb} MiB`);
          const bytes = current();
          const count = bytes.length < 8 ? 0 : bytes.readUInt32LE(0);
          if (count !== last) [last, since] = [count, Date.now()];
          else if (count > 0 && Date.now() - since > inputMs) stop(`it took longer than ${inputMs} ms`);
        }, LOOK_MS);
        const over = (ended: Ended | undefined): void => {
          clearInterval(timer);
          child.off('message', hear);
          child.off('exit', gone);
          resolve(ended);
        };
        const hear = (said: Say): void => {
          onSay(said);
          if (said.kind === 'done' || said.kind === 'tried' || said.kind === 'measured') over(undefined);
        };
        const gone = (code: number | null, signal: string | null): void => {
          const bytes = current();
          const oom = /heap out of memory/.test(stderr) ? `it took more than ${memoryMb} MiB` : undefined;
          const otherwise = `the process ended with ${signal ?? code}: ${stderr.trim().split('\n').slice(0, 12).join(' / ').slice(0, 900)}`;
          over({
            why: why ?? oom ?? otherwise,
            input: bytes.subarray(8, 8 + (bytes.length < 8 ? 0 : bytes.readUInt32LE(4))),
          });
        };
        child.on('message', hear);
        child.on('exit', gone);
        child.send(ask);
      });
    },
    close() {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
