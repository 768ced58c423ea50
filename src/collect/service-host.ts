import { execFile } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { LookError } from '../model/errors.ts';

export interface Told {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The machine on which a service is installed. */
export interface ServiceHost {
  readonly root: boolean;
  /** systemd is the init of this machine. */
  readonly systemd: boolean;
  /** It is a container. */
  readonly container: boolean;
  systemctl(...words: readonly string[]): Promise<Told>;
  journal(unit: string, lines: number): Promise<string>;
  /** Undefined: there is none. @throws LookError when it cannot be read. */
  read(file: string): string | undefined;
  /** Whole or not at all; `group` when it exists. */
  write(file: string, text: string, o: { readonly mode: number; readonly group?: string }): void;
  remove(file: string): boolean;
  removeFolderIfEmpty(folder: string): void;
  groups(): ReadonlySet<string>;
  /** What has to be entered and read for a file, links followed, from `/` down. */
  way(file: string): readonly { path: string; uid: number; gid: number; mode: number; directory: boolean }[];
  /** The text of a page of this machine's own; undefined: nobody answered in time. */
  ask(host: string, port: number, page: string, token?: string): Promise<string | undefined>;
}

const COMMAND_MS = 150_000;
const ASK_MS = 3_000;
const ANSWER_MAX = 1 << 20;

function run(program: string, words: readonly string[]): Promise<Told> {
  return new Promise((resolve) => {
    execFile(
      program,
      [...words],
      {
        timeout: COMMAND_MS,
        maxBuffer: ANSWER_MAX,
        encoding: 'utf8',
        env: { ...process.env, LC_ALL: 'C', SYSTEMD_COLORS: '0' },
      },
      (error, out, err) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 127;
        resolve({ code, out, err: code === 127 ? `${err}${error?.message ?? ''}` : err });
      },
    );
  });
}

function missing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function groupsOf(): ReadonlyMap<string, number> {
  const lines = readFileSync('/etc/group', 'utf8').split('\n');
  return new Map(
    lines.flatMap((line) => {
      const [name, , gid] = line.split(':');
      return name && gid ? [[name, Number(gid)] as const] : [];
    }),
  );
}

function answerOf(host: string, port: number, page: string, token: string | undefined): Promise<string | undefined> {
  return new Promise((resolve) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const asked = request({ host, port, path: page, agent: false, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > ANSWER_MAX) asked.destroy();
      });
      response.on('end', () => resolve(text));
    });
    const timer = setTimeout(() => asked.destroy(), ASK_MS);
    asked.on('close', () => {
      clearTimeout(timer);
      resolve(undefined);
    });
    asked.on('error', () => resolve(undefined));
    asked.end();
  });
}

/** This machine. */
export function serviceHost(): ServiceHost {
  return {
    root: process.geteuid?.() === 0,
    systemd: existsSync('/run/systemd/system'),
    // systemd writes down there what kind of container it found itself in.
    container: existsSync('/run/systemd/container'),
    systemctl: (...words) => run('systemctl', ['--no-pager', '--no-ask-password', ...words]),
    journal: async (unit, lines) =>
      (await run('journalctl', ['--no-pager', '-q', '-o', 'cat', '-u', unit, '-n', String(lines)])).out,
    read: (file) => {
      try {
        return readFileSync(file, 'utf8');
      } catch (error) {
        if (missing(error)) return undefined;
        throw new LookError(`cannot read ${file}: ${(error as Error).message}`);
      }
    },
    write: (file, text, { mode, group }) => {
      const beside = `${file}.sshwhy-new`;
      try {
        mkdirSync(path.dirname(file), { recursive: true, mode: 0o755 });
        rmSync(beside, { force: true });
        writeFileSync(beside, text, { mode: 0o600, flag: 'wx' });
        const gid = group === undefined ? undefined : groupsOf().get(group);
        if (gid !== undefined) chownSync(beside, 0, gid);
        chmodSync(beside, mode);
        renameSync(beside, file);
      } catch (error) {
        rmSync(beside, { force: true });
        throw new LookError(`cannot write ${file}: ${(error as Error).message}`);
      }
    },
    remove: (file) => {
      try {
        lstatSync(file);
      } catch (error) {
        if (missing(error)) return false;
        throw new LookError(`cannot look at ${file}: ${(error as Error).message}`);
      }
      rmSync(file, { recursive: true, force: true });
      return true;
    },
    removeFolderIfEmpty: (folder) => {
      try {
        rmdirSync(folder);
      } catch {
        // Something of somebody else is in it, or it is gone.
      }
    },
    groups: () => new Set(groupsOf().keys()),
    way: (file) => {
      const real = realpathSync(file);
      const steps = real.split('/').map((_, i, words) => words.slice(0, i + 1).join('/') || '/');
      return steps.map((step) => {
        const { uid, gid, mode } = statSync(step);
        return { path: step, uid, gid, mode: mode & 0o7777, directory: step !== real };
      });
    },
    ask: answerOf,
  };
}
