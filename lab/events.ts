import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventReader } from '../src/facts/events/reader.ts';
import type { LogEvent } from '../src/facts/events/typed-event.ts';
import { SSHWHY } from './ask.ts';
import { run } from './command.ts';
import type { EventPaths } from './event-paths.ts';
import type { Lab } from './host.ts';
import type { Outcome } from './trial.ts';

export { eventPaths } from './event-paths.ts';

const FIXTURES = join(import.meta.dirname, '../test/fixtures/events');
const WRITERS =
  /^\S+ \S+ (?:sshd(?:-session|-auth)?|sshd\(pam_\w+\)|systemd-logind|dropbear|sshguard|sftp-server|internal-sftp|fail2ban[\w.]*)\[\d+\]: |^\S+ \S+ systemd\[1\]: .*(?:\bssh|Secure Shell)/;
const SWITCH = '/proc/sys/net/netfilter/nf_log_all_netns';

/** One line of each wording: numbers, keys and addresses of a wording may differ. */
function wordings(lines: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return lines.filter((line) => {
    const gist = line
      .replace(/SHA256:[\w+/=]+/g, '#')
      .replace(/fd77:2::\d+|10\.77\.2\.\d+/g, '@')
      .replace(/\d+/g, '0')
      .replace(/^\S+ /, '');
    return !seen.has(gist) && seen.add(gist);
  });
}

/** Drives a host along the paths; what the daemons wrote must tell of all events that are named, and is kept when it is wanted. */
export async function tryEvents(lab: Lab, paths: EventPaths, capture: boolean): Promise<Outcome> {
  const { name, steps, events, only = {}, files = [], told = [], alone } = paths;
  if (alone && (!existsSync(SWITCH) || (await run(['dmesg'])).code !== 0))
    return { problems: [], seen: { kernel: 'not tried: the log of the kernel cannot be had here' } };
  const before = alone ? readFileSync(SWITCH, 'utf8').trim() : undefined;
  const marker = `sshwhy-lab ${lab.name} ${Date.now()}`;
  if (before !== undefined) {
    writeFileSync('/dev/kmsg', marker);
    writeFileSync(SWITCH, '1');
  }
  try {
    for (const [where, script] of steps)
      await (where === 'server' ? lab.host : lab.client).run(script, { timeoutMs: 120_000 });
  } finally {
    if (before !== undefined) writeFileSync(SWITCH, before);
  }
  const journal = await lab.host.run('journalctl --sync; journalctl -q -o short-unix --no-pager');
  const lines = [...wordings(journal.stdout.split('\n').filter((line) => WRITERS.test(line)))];
  for (const file of files) {
    const written = (await lab.host.run(['cat', file])).stdout;
    lines.push(...wordings(written.split('\n').filter((line) => line !== '')));
  }
  if (alone) lines.push(...(await kernelLines(marker)));
  const seen = new Set<string>();
  const others: string[] = [];
  const reader = eventReader({
    zone: () => 0,
    end: Date.now(),
    onEvent: ({ type }: LogEvent) => seen.add(type.id),
    onOther: (tag, message) => others.push(`${tag}: ${message}`),
  });
  reader.push(Buffer.from(`${lines.join('\n')}\n`));
  const { unparsed } = reader.end();
  const missing = [...events, ...(only[lab.suite] ?? [])].filter((one) => !seen.has(one));
  const problems = missing.map((one) => `no ${one} was written`);
  if (unparsed > 0) problems.push(`${unparsed} lines could not be read`);
  problems.push(...(await sameFromJournal(lab)));
  const kept = new Map([[`${lab.suite}-${name}.txt`, `${lines.join('\n')}\n`]]);
  for (const one of told) {
    const { stdout } = await lab.client.run(`cat $TMP/${one}.vvv`);
    if (stdout === '') problems.push(`ssh said nothing of ${one}`);
    kept.set(`client/${one}.txt`, stdout.replace(/\/tmp\/[\w./-]*\/client\//g, '/tmp/').replace(/\r/g, ''));
  }
  if (capture && problems.length === 0) for (const [file, text] of kept) writeFileSync(join(FIXTURES, file), text);
  if (problems.length > 0) problems.push(...others.map((one) => `of no known kind: ${one}`));
  return { problems, seen: {} };
}

/** What the kernel wrote since the marker, as rsyslog writes it. */
async function kernelLines(marker: string): Promise<readonly string[]> {
  const { stdout } = await run(['dmesg', '--time-format', 'iso']);
  const lines = stdout.slice(stdout.lastIndexOf(marker)).split('\n').slice(1);
  return wordings(
    lines.flatMap((line) => {
      const [, at, said] = /^(\S+) (.*\bIN=.*)$/.exec(line) ?? [];
      return at === undefined ? [] : [`${at.replace(',', '.')} web1 kernel: ${said}`];
    }),
  );
}

/** `sshwhy logs --journal` counts what the host's own journalctl hands over, as it counts the same journal from its standard input. */
async function sameFromJournal(lab: Lab): Promise<string[]> {
  const door = join('/tmp', `${lab.name}-bin`);
  const made = await run([
    'sh',
    '-c',
    `mkdir -p "$1" && printf '#!/bin/sh\\nexec nsenter -t %s -a journalctl "$@"\\n' "$2" >"$1/journalctl" && chmod 755 "$1/journalctl"`,
    'sh',
    door,
    String(lab.host.pid),
  ]);
  if (made.code !== 0) return [made.stderr];
  try {
    const env = { PATH: `${door}:/usr/sbin:/usr/bin:/sbin:/bin` };
    const ask = (args: readonly string[], input?: string) =>
      run([...SSHWHY, 'logs', ...args, '--json'], {
        env,
        timeoutMs: 60_000,
        ...(input === undefined ? {} : { input }),
      });
    const whole = await lab.host.run('journalctl -q -o export --no-pager');
    const stamps = [...whole.stdout.matchAll(/^__REALTIME_TIMESTAMP=(\d+)$/gm)].map(([, at]) => Number(at) / 1000);
    const [third, last] = [1, 2].map((n) => new Date(stamps[Math.floor((stamps.length * n) / 3)] ?? 0).toISOString());
    const problems: string[] = [];
    for (const when of [[], ['--until', `${last}`], ['--since', `${third}`, '--until', `${last}`]]) {
      const direct = await ask(['--journal', ...when]);
      const piped = await ask(['-', ...when], whole.stdout);
      if (direct.code !== 0 || piped.code !== 0) return [`sshwhy logs: ${direct.stderr}${piped.stderr}`];
      // Of bans that began earlier only the whole journal tells, and so with the lines of a login.
      const gist = (text: string): unknown => {
        const { letIn, refused, left, bans, reasons, within } = JSON.parse(text.trimEnd().split('\n').at(-1) ?? '');
        return when.includes('--since')
          ? { letIn, left, bans, within }
          : { letIn, refused, left, bans, reasons, within };
      };
      const [one, other] = [direct, piped].map(({ stdout }) => JSON.stringify(gist(stdout)));
      if (one !== other) problems.push(`--journal ${when.join(' ')} says ${one}\nthe same as export: ${other}`);
    }
    return problems;
  } finally {
    await run(['rm', '-rf', door]);
  }
}
