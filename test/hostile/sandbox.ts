import { type ChildProcess, fork } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Answered } from './worker.ts';

/** Programs that write down what they were called with before they do it, or in place of it. */
const REAL = ['sh', 'bash', 'ssh', 'env'];
const FAKE = ['touch', 'canary', 'calc', 'reboot', 'id', 'xdg-open'];
/** Longer than any answer takes on a machine that does other things, too. */
const LIMIT_MS = 45_000;

export interface Sandbox {
  readonly folder: string;
  /** A file that nobody may make. */
  readonly canary: string;
  file(name: string, content: string | Buffer, mode?: number): string;
  sshwhy(...argv: readonly string[]): Promise<Answered>;
  /** What programs were called with since the last time, one list for each call. */
  calls(): readonly (readonly string[])[];
  /** For what starts programs itself. */
  readonly env: NodeJS.ProcessEnv;
  end(): void;
}

/** A folder with canaries in it, and the command line at work there. */
export function sandbox(): Sandbox {
  const folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-hostile-'));
  const [bin, home, log, canary] = ['bin', 'home', 'calls', 'pwned'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const made of [bin, home]) mkdirSync(made);
  for (const name of [...REAL, ...FAKE]) {
    // What is not installed cannot be run, either.
    const real = REAL.includes(name)
      ? (process.env['PATH'] ?? '')
          .split(':')
          .map((at) => path.join(at, name))
          .find((one) => existsSync(one))
      : '/bin/true';
    if (real === undefined) continue;
    // One call is one write, so that calls at the same time do not mix.
    const shim = `#!/bin/sh\n{ printf '%s\\0' ${name} "$@"; printf '\\n\\0'; } >>'${log}'\n`;
    // Whoever asks is told to be root, and goes as far as that lets a script go.
    const then = name === 'id' ? 'echo 0\n' : `exec '${real}' "$@"\n`;
    writeFileSync(path.join(bin, name), shim + then);
    chmodSync(path.join(bin, name), 0o755);
  }
  const env = {
    ...process.env,
    ...{
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
      HOME: home,
      XDG_STATE_HOME: path.join(home, 'state'),
      STATE_DIRECTORY: path.join(home, 'watch'),
    },
    ...{ NO_COLOR: '', FORCE_COLOR: undefined, SSH_AUTH_SOCK: undefined },
  };
  let child: ChildProcess | undefined;
  const started = async (): Promise<ChildProcess> => {
    if (child !== undefined) return child;
    const made = fork(path.join(import.meta.dirname, 'worker.ts'), [], {
      ...{
        cwd: folder,
        env,
        execArgv: ['--import', import.meta.resolve('tsx')],
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      },
    });
    child = made;
    await new Promise<void>((resolve, reject) => {
      made.once('exit', () => reject(new Error('the process of the command line did not start')));
      made.once('message', () => resolve());
    });
    made.removeAllListeners('exit');
    return made;
  };
  const ask = async (argv: readonly string[]): Promise<Answered> => {
    const worker = await started();
    return new Promise((resolve, reject) => {
      const end = (what: () => void): void => {
        clearTimeout(timer);
        worker.removeAllListeners('message').removeAllListeners('exit');
        what();
      };
      const timer = setTimeout(() => {
        child = undefined;
        worker.kill('SIGKILL');
        end(() => reject(new Error(`no answer within ${LIMIT_MS / 1000} s: sshwhy ${shown(argv)}`)));
      }, LIMIT_MS);
      worker.once('message', (answer) => end(() => resolve(answer as Answered)));
      worker.once('exit', (code, signal) => {
        child = undefined;
        end(() => reject(new Error(`the process ended (${code ?? signal}): sshwhy ${shown(argv)}`)));
      });
      worker.send({ argv, cwd: folder });
    });
  };
  // One after the other: they share a process.
  let last: Promise<unknown> = Promise.resolve();
  return {
    ...{ folder, canary, env },
    file: (name, content, mode = 0o644) => {
      const full = path.join(folder, name);
      mkdirSync(path.dirname(full), { recursive: true });
      writeFileSync(full, content, { mode });
      return full;
    },
    sshwhy: (...argv) => {
      const answer = last.then(() => ask(argv));
      last = answer.catch(() => undefined);
      return answer;
    },
    calls: () => {
      if (!existsSync(log)) return [];
      const text = readFileSync(log, 'utf8');
      rmSync(log);
      return text
        .split('\0\n\0')
        .filter((call) => call !== '')
        .map((call) => call.split('\0'));
    },
    end: () => {
      child?.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const shown = (argv: readonly string[]): string => argv.map((word) => JSON.stringify(word.slice(0, 80))).join(' ');
