import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { eventReader } from '../src/facts/events/reader.ts';
import type { LogEvent } from '../src/facts/events/typed-event.ts';

/** What a program got out of a line. */
export interface Seen {
  readonly address?: string;
  readonly user?: string;
  /** The name that it has for what happened. */
  readonly reason?: string;
}

/** What a program got out of each of the lines, which are of RFC 3164 and a second apart; a string: why it could not be asked. */
export type Peer = (lines: readonly string[], folder: string) => readonly (Seen | undefined)[] | string;

const present = (fields: Readonly<Record<keyof Seen, string | null | undefined>>): Seen =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value)) as Seen;

/** Events of sshwhy, line by line. */
export function eventsOf(lines: readonly string[]): readonly (LogEvent | undefined)[] {
  let last: LogEvent | undefined;
  const reader = eventReader({ zone: () => 0, end: Date.now(), onEvent: (event) => (last = event) });
  return lines.map((line) => {
    last = undefined;
    reader.push(Buffer.from(`${line}\n`));
    return last;
  });
}

export const sshwhy: Peer = (lines) =>
  eventsOf(lines).map((event) => event && present({ address: event.from, user: event.user, reason: event.type.id }));

/** fail2ban-regex prints a row for each failure, with the time of its line. */
export function fail2ban(mode: 'normal' | 'aggressive'): Peer {
  return (lines, folder) => {
    const file = path.join(folder, 'lines.log');
    writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
    const ran = spawnSync('fail2ban-regex', ['-o', 'row', file, `sshd[mode=${mode}]`], {
      encoding: 'utf8',
      env: { ...process.env, TZ: 'UTC' },
    });
    if (ran.error) return 'fail2ban-regex is not installed';
    const byTime = new Map<string, Seen>();
    for (const row of ran.stdout.split('\n')) {
      const [, address, at, rest] = /^\['([^']*)',\t(\d+)\.\d,\t(.*)\],$/.exec(row) ?? [];
      if (address === undefined || at === undefined) continue;
      const user = /'user': '((?:[^'\\]|\\.)*)'/.exec(rest ?? '')?.[1];
      const clock = new Date(Number(at) * 1000).toISOString().slice(11, 19);
      byTime.set(clock, present({ address, user, reason: undefined }));
    }
    return lines.map((line) => byTime.get(line.slice(7, 15)));
  };
}

/** sshg-parser prints service, address, its kind and how dangerous it is. */
export const sshguard: Peer = (lines) => {
  const parser = ['/usr/libexec/sshguard/sshg-parser', '/usr/libexec/sshg-parser'].find((one) => existsSync(one));
  if (parser === undefined) return 'sshg-parser is not installed';
  return lines.map((line) => {
    const address = execFileSync(parser, { input: `${line}\n`, encoding: 'utf8' }).split(' ')[1];
    return address === undefined ? undefined : { address };
  });
};
