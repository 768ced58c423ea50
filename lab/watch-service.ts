import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { type Ran, sleep } from './command.ts';
import type { Lab } from './host.ts';
import { PASSWORD, type Suite } from './seed.ts';
import type { Outcome } from './trial.ts';

/** A host on which the watch is a service of systemd. */
export interface WatchService {
  readonly name: string;
  readonly suites?: readonly Suite[];
  /** The program of Node.js is a hundred megabytes. */
  readonly disk: string;
}

export const watchServices: readonly WatchService[] = [{ name: 'service', disk: '512m' }];

export const HOME = '/usr/local/lib/sshwhy';
export const NODE = '/usr/local/bin/node';
const UNIT = 'sshwhy-watch.service';

/** What an installation must not leave. */
const LOOK = `
ls -d /etc/sshwhy /etc/systemd/system/sshwhy* /etc/systemd/system/*/sshwhy* /var/lib/sshwhy-watch /var/lib/private/sshwhy-watch 2>/dev/null
systemctl list-units --all --no-legend 'sshwhy*'; getent passwd sshwhy-watch; ps -eo args= | grep '[s]shwhy.js watch'; ss -Htln | grep ':9622 '`;

/** This machine's Node.js, and the program with what it loads when it is there, below /usr/local of the host. */
export function give(lab: Lab): void {
  const root = `/proc/${lab.host.pid}/root`;
  const from = process.env['SSHWHY_LAB_PROGRAM'] ?? join(import.meta.dirname, '..');
  copyFileSync(realpathSync(process.execPath), `${root}${NODE}`);
  mkdirSync(`${root}${HOME}`, { recursive: true });
  for (const name of ['package.json', 'dist', ...optional(from)])
    cpSync(join(from, name), `${root}${HOME}/${name}`, { recursive: true, dereference: true });
}

/** Packages that the program loads only where they are, with their own. */
function optional(from: string): string[] {
  const names: string[] = [];
  const take = (name: string): void => {
    const folder = join('node_modules', name);
    if (names.includes(folder) || !existsSync(join(from, folder))) return;
    names.push(folder);
    const { dependencies = {} } = JSON.parse(readFileSync(join(from, folder, 'package.json'), 'utf8'));
    for (const one of Object.keys(dependencies)) take(one);
  };
  const { optionalDependencies = {} } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
  for (const name of Object.keys(optionalDependencies)) take(name);
  return names;
}

interface Status {
  readonly unit: {
    readonly state: string;
    readonly enabled: boolean;
    readonly pid?: number;
    readonly restarts: number;
  };
  readonly watch?: {
    readonly store?: { readonly events: number };
    readonly lines: { readonly read: number; readonly typed: number };
    readonly sources: readonly { readonly source: string; readonly unreadable?: string }[];
  };
  readonly problems: readonly string[];
}

/**
 * Installed, it sees a brute force by the real ssh; killed, it comes back and goes on seeing; a second installation changes
 * nothing; taken away, it leaves nothing. It is run as systemd runs it, with all that the unit forbids.
 */
export async function tryWatchService(lab: Lab): Promise<Outcome> {
  const problems: string[] = [];
  const ask = (words: string): Promise<Ran> =>
    lab.host.run(`${NODE} ${HOME}/dist/sshwhy.js watch ${words}`, { timeoutMs: 120_000 });
  const status = async (): Promise<Status | undefined> => {
    const ran = await ask('status --json');
    try {
      return JSON.parse(ran.stdout) as Status;
    } catch {
      problems.push(`status: ${ran.stdout}${ran.stderr}`);
      return undefined;
    }
  };
  /** Asks until it is so, or says that it never was. */
  const until = async (what: string, is: (status: Status) => boolean, tries = 20): Promise<Status | undefined> => {
    let last: Status | undefined;
    for (let i = 0; i < tries; i++) {
      last = await status();
      if (last !== undefined && is(last)) return last;
      await sleep(700);
    }
    problems.push(`never ${what}: ${JSON.stringify(last)}`);
    return undefined;
  };
  const typed = (one: Status): number => one.watch?.lines.typed ?? 0;

  give(lab);
  const root = await lab.host.run('mkdir -p /root/sshwhy && cp -r /usr/local/lib/sshwhy/. /root/sshwhy/');
  const hidden = await lab.host.run(`${NODE} /root/sshwhy/dist/sshwhy.js watch install`);
  if (root.code !== 0 || hidden.code !== 2 || !/npm install -g/.test(hidden.stderr))
    problems.push(`installed from a home folder: ${hidden.code} ${hidden.stdout}${hidden.stderr}`);
  const before = (await lab.host.run(LOOK)).stdout;
  const dry = await ask('install --dry-run');
  if (dry.code !== 0 || !dry.stdout.includes(`ExecStart=${NODE} `))
    problems.push(`--dry-run: ${dry.stdout}${dry.stderr}`);
  const untouched = (await lab.host.run(LOOK)).stdout;
  if (untouched !== before) problems.push(`--dry-run leaves:\n${untouched}`);

  const installed = await ask('install');
  if (installed.code !== 0) {
    const journal = await lab.host.run(`systemctl status ${UNIT}; journalctl -n 60 --no-pager`);
    return { problems: [...problems, `install: ${installed.stdout}${installed.stderr}${journal.stdout}`], seen: {} };
  }
  const first = await until('active', ({ unit }) => unit.state === 'active' && unit.enabled);
  const user = await lab.host.run(
    `ps -o uid= -p ${first?.unit.pid}; grep -E '^(CapEff|NoNewPrivs|Seccomp):' /proc/${first?.unit.pid}/status`,
  );
  // Of dynamic users, systemd.exec(5). Not every host can name them.
  const uid = Number.parseInt(user.stdout, 10);
  if (!(uid >= 61_184 && uid <= 65_519) || !/CapEff:\t0+\n/.test(user.stdout) || !/NoNewPrivs:\t1\n/.test(user.stdout))
    problems.push(`it runs as: ${user.stdout}`);
  const blind = first?.watch?.sources.filter(({ unreadable }) => unreadable !== undefined) ?? [];
  if (blind.length > 0) problems.push(`it cannot read: ${JSON.stringify(blind)}`);

  const guess = async (): Promise<void> => {
    for (let i = 0; i < 4; i++)
      await lab.client.ssh({ to: 'bob@web1', args: ['-oPubkeyAuthentication=no'], password: 'wrong' });
    await lab.client.ssh({ to: 'bob@web1', args: ['-oPubkeyAuthentication=no'], password: PASSWORD });
  };
  // What the start of the service itself wrote is read before anything is counted.
  const calm = typed(
    (await until('answering', ({ watch }) => watch !== undefined)) ?? {
      unit: { state: '', enabled: false, restarts: 0 },
      problems: [],
    },
  );
  await guess();
  const seen = await until('seeing the brute force', (one) => typed(one) >= calm + 4);

  if (seen?.unit.pid !== undefined) await lab.host.run(`kill -9 ${seen.unit.pid}`);
  const again = await until(
    'back after kill -9',
    ({ unit, watch }) =>
      unit.state === 'active' && unit.restarts === 1 && unit.pid !== seen?.unit.pid && watch !== undefined,
    30,
  );
  const kept = (one: Status | undefined): number => one?.watch?.store?.events ?? 0;
  if (kept(seen) < 4 || kept(again) < kept(seen))
    problems.push(`events in the store: ${kept(seen)}, after kill -9 ${kept(again)}`);
  await lab.host.run(`logger -p auth.info -t 'sshd[4711]' 'Failed password for bob from 192.0.2.7 port 50022 ssh2'`);
  await guess();
  await until('seeing after its restart', (one) => typed(one) >= typed(again ?? one) + 4);

  const twice = await ask('install');
  if (twice.code !== 0 || !/as it was/.test(twice.stdout))
    problems.push(`install again: ${twice.stdout}${twice.stderr}`);
  const score = await lab.host.run(`systemd-analyze security ${UNIT} --no-pager | tail -n 1`);
  const [, exposure] = /: (\d+\.\d) /.exec(score.stdout) ?? [];
  if (!(Number(exposure) <= 2)) problems.push(`systemd-analyze security says: ${score.stdout}${score.stderr}`);

  const stopped = await lab.host.run(`systemctl stop ${UNIT}; systemctl show -p Result -p ExecMainStatus ${UNIT}`);
  if (!/Result=success\n/.test(stopped.stdout)) problems.push(`it does not stop well: ${stopped.stdout}`);
  const removed = await ask('uninstall');
  const left = await lab.host.run('ls /etc/sshwhy/watch.yaml /var/lib/private/sshwhy-watch');
  if (removed.code !== 0 || left.code !== 0)
    problems.push(`uninstall: ${removed.stdout}${removed.stderr}${left.stderr}`);
  const purged = await ask('uninstall --purge');
  if (purged.code !== 0) problems.push(`uninstall --purge: ${purged.stdout}${purged.stderr}`);
  await sleep(500);
  const after = (await lab.host.run(LOOK)).stdout;
  if (after !== before) problems.push(`what is left:\n${after}`);
  return { problems, seen: {} };
}
