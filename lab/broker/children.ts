import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import path from 'node:path';

export interface Child {
  readonly out: string[];
  /** Resolves with its exit status; -1 when it was killed. */
  readonly ended: Promise<number>;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

const here = import.meta.dirname;

/** Runs a script of this folder; what it says on standard error goes to a file. */
export function script(name: string, args: readonly (string | number)[], log: string): Child {
  const tsx = path.join(here, '../../node_modules/tsx/dist/loader.mjs');
  const child: ChildProcess = spawn(
    process.execPath,
    ['--import', `file://${tsx}`, path.join(here, name), ...args.map(String)],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const out: string[] = [];
  child.stdout
    ?.setEncoding('utf8')
    .on('data', (text: string) => out.push(...text.split('\n').filter((line) => line !== '')));
  child.stderr?.pipe(createWriteStream(log, { flags: 'a' }));
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  const ended = once(child, 'exit').then(([code]) => {
    process.off('exit', end);
    return (code as number | null) ?? -1;
  });
  return {
    out,
    ended,
    async kill(signal = 'SIGKILL') {
      child.kill(signal);
      await ended;
    },
  };
}
