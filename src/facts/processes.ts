import { section, Unparsable } from './source.ts';

export interface Process {
  readonly pid: number;
  readonly ppid: number;
  readonly uid: number;
  /** ps(1) state letters, e.g. `Ss`, `T`, `D`. */
  readonly stat: string;
  /** Seconds since its start. */
  readonly age: number;
  readonly args: string;
  readonly line: number;
}

export const processes = section(
  'server',
  'processes',
  'processes of sshd and of what may stand in its way (ps(1))',
  (text): readonly Process[] => {
    if (text === null) throw new Unparsable('no list of processes');
    return text.split('\n').flatMap((line, i) => {
      const [, pid, ppid, uid, stat, age, args] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\d+)\s+(.*)/s.exec(line) ?? [];
      if (pid === undefined || stat === undefined || args === undefined) return [];
      const numbers = { pid: Number(pid), ppid: Number(ppid), uid: Number(uid), age: Number(age) };
      return [{ ...numbers, stat, args, line: i + 1 }];
    });
  },
);

/** What the listening sshd says of itself in its title: `N of 10-100 startups` (sshd.c, since 8.1). */
export interface ListenerTitle {
  readonly process: Process;
  /** Connections that have not authenticated yet. */
  readonly startups: number;
  /** MaxStartups: where refusing at random begins, and where everything is refused. */
  readonly begin: number;
  readonly full: number;
}

export function sshdListener(all: readonly Process[]): ListenerTitle | undefined {
  for (const process of all) {
    const title = /^sshd: .{0,4000}\[listener\] (\d+) of (\d+)-(\d+) startups/.exec(process.args);
    if (title) return { process, startups: Number(title[1]), begin: Number(title[2]), full: Number(title[3]) };
  }
  return undefined;
}

/** The program file of a process of sshd, as the kernel knows it; ` (deleted)` follows when it was replaced. */
export interface ProgramOf {
  readonly pid: number;
  readonly path: string;
  readonly line: number;
}

export const sshdExe = section(
  'server',
  'sshd-exe',
  'program files of the processes of sshd (proc(5), exe)',
  (text): readonly ProgramOf[] =>
    (text ?? '').split('\n').flatMap((line, i) => {
      const [, pid, path] = /^(\d+)\t(.+)$/.exec(line) ?? [];
      return pid === undefined || path === undefined ? [] : [{ pid: Number(pid), path, line: i + 1 }];
    }),
);
