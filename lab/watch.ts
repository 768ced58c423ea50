import { join } from 'node:path';
import { build } from 'esbuild';
import { sleep, waitFor } from './command.ts';
import type { Lab } from './host.ts';
import type { Suite } from './seed.ts';
import type { Outcome } from './trial.ts';
import { give, HOME, NODE } from './watch-service.ts';

/** A host whose log is watched while the log, or the watch, is treated badly. */
export interface WatchTrial {
  readonly name: string;
  readonly suites?: readonly Suite[];
  /** The program of Node.js is a hundred megabytes. */
  readonly disk: string;
  /** What is watched: words of `sshwhy watch`. */
  readonly words: string;
  run(watch: Watched): Promise<void>;
}

interface Watched {
  readonly lab: Lab;
  start(): Promise<void>;
  /** As a power failure would. */
  kill(): Promise<void>;
  /** Writes so many lines of sshd, each of another user, by syslog(3). */
  write(count: number): Promise<void>;
  /** Until the watch has stored all that was written. */
  caughtUp(): Promise<void>;
  /** A script on the host that has to succeed. */
  sh(script: string): Promise<void>;
  /** What was written since the last call need not be found. */
  lost(): void;
  /** What the watch said on standard error. */
  notes(): Promise<string>;
  problem(text: string): void;
}

const STORE = '/root/watch.db';

export const watchTrials: readonly WatchTrial[] = [
  {
    name: 'journal',
    disk: '512m',
    words: '--journal',
    async run({ start, kill, write, caughtUp, sh, lost, notes, problem, lab }) {
      await write(5);
      await lost();
      await start();
      await write(40);
      await caughtUp();
      await sh('journalctl --rotate');
      await write(40);
      await kill();
      await write(40);
      await start();
      await sh('systemctl restart systemd-journald');
      await write(40);
      await caughtUp();
      // The journal moves from /run to /var, where its entries are numbered anew.
      await sh('mkdir -p /var/log/journal; journalctl --flush');
      await write(40);
      await kill();
      await sh('journalctl --rotate');
      await write(20);
      await start();
      await caughtUp();
      for (let i = 0; i < 4; i++) {
        await write(15);
        await kill();
        await start();
      }
      await caughtUp();
      if (/no longer holds/.test(await notes())) problem(`it takes the journal for vacuumed:\n${await notes()}`);
      await kill();
      await write(30);
      await lost();
      await sh('journalctl --sync; journalctl --rotate; sleep 1.2; journalctl --vacuum-time=1s');
      await write(30);
      await start();
      await caughtUp();
      if (!/no longer holds/.test(await notes()))
        problem(`it does not say that the journal was vacuumed:\n${await notes()}`);
      void lab;
    },
  },
  {
    name: 'auth.log',
    disk: '512m',
    words: '/var/log/auth.log',
    async run({ start, kill, write, caughtUp, sh, notes, problem }) {
      // What logrotate does with the file, and the postrotate script of Debian's rsyslog.
      const rotate = (packed: boolean): Promise<void> =>
        sh(`cd /var/log
          for i in 3 2 1; do for z in '' .gz; do [ ! -e auth.log.$i$z ] || mv auth.log.$i$z auth.log.$((i + 1))$z; done; done
          mv auth.log auth.log.1; install -m 640 /dev/null auth.log
          sleep 0.3; systemctl kill -s HUP rsyslog.service
          ${packed ? 'i=0; until [ ! -e auth.log.2 ] || [ $i -gt 0 ]; do gzip auth.log.2; i=1; done' : ''}`);
      await sh(
        'systemctl start rsyslog; logger -t lab begins; sleep 1; [ -s /var/log/auth.log ] || touch /var/log/auth.log',
      );
      await start();
      await write(30);
      await rotate(false);
      await write(30);
      await caughtUp();
      await kill();
      await write(30);
      await rotate(true);
      await write(30);
      await rotate(true);
      await write(30);
      await start();
      await caughtUp();
      for (let i = 0; i < 3; i++) {
        await write(20);
        await kill();
        if (i !== 1) await rotate(true);
        await start();
      }
      await caughtUp();
      if (/lost|gone/.test(await notes())) problem(`it says that something was lost:\n${await notes()}`);
    },
  },
];

/** Lines that were written are in the store afterwards, each once; and nothing else of the kind. */
export async function tryWatch(lab: Lab, trial: WatchTrial): Promise<Outcome> {
  const problems: string[] = [];
  const errors = '/root/watch.err';
  let written = 0;
  let due: number[] = [];
  const sh = async (script: string): Promise<void> => {
    const ran = await lab.host.run(`set -e\n${script}`, { timeoutMs: 60_000 });
    if (ran.code !== 0) throw new Error(`${script}\n${ran.stdout}${ran.stderr}`);
  };
  const stored = async (): Promise<readonly number[]> => {
    const ran = await lab.host.run([NODE, `${HOME}/dump.mjs`, STORE]);
    if (ran.code !== 0) throw new Error(ran.stderr);
    const users = JSON.parse(ran.stdout) as readonly string[];
    return users.flatMap((user) => (/^w\d+$/.test(user) ? [Number(user.slice(1))] : []));
  };
  const missing = async (): Promise<readonly number[]> => {
    const found = new Set(await stored().catch(() => []));
    return due.filter((one) => !found.has(one));
  };
  const watched: Watched = {
    lab,
    sh,
    start: () =>
      sh(`setsid ${NODE} ${HOME}/dist/sshwhy.js watch ${trial.words} --store ${STORE} --json >>/root/watch.out 2>>${errors} </dev/null &
        echo $! >/root/watch.pid
        n=$(grep -c 'follows ' ${errors} || true)
        i=0; until [ -s ${STORE} ] && [ "$(grep -c 'follows ' ${errors})" -gt "\${n:-0}" ]; do i=$((i + 1)); [ $i -lt 150 ]; sleep 0.1; done
        sleep 1`),
    kill: () => sh('kill -9 "$(cat /root/watch.pid)"; sleep 0.2'),
    async write(count) {
      const first = written + 1;
      written += count;
      for (let i = first; i <= written; i++) due.push(i);
      await sh(`i=${first}; while [ $i -le ${written} ]; do
        logger -p auth.info -t 'sshd[77]' "Invalid user w$i from 203.0.113.9 port 4022"; i=$((i + 1)); done`);
    },
    lost() {
      due = [];
    },
    async caughtUp() {
      await waitFor('all that was written in the store', 30_000, async () => {
        if ((await missing()).length === 0) return true;
        await sleep(200);
        return undefined;
      });
    },
    notes: async () => (await lab.host.run(`cat ${errors}`)).stdout,
    problem: (text) => void problems.push(text),
  };
  give(lab);
  await build({
    entryPoints: [join(import.meta.dirname, 'watch-dump.ts')],
    outfile: `/proc/${lab.host.pid}/root${HOME}/dump.mjs`,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['@photostructure/sqlite'],
    logLevel: 'silent',
  });
  try {
    await trial.run(watched);
    await sh(
      'kill "$(cat /root/watch.pid)"; i=0; while kill -0 "$(cat /root/watch.pid)" 2>/dev/null; do i=$((i + 1)); [ $i -lt 100 ]; sleep 0.1; done',
    );
    const users = await stored();
    const twice = users.filter((user, i) => users.indexOf(user) !== i);
    if (twice.length > 0) problems.push(`twice in the store: ${twice.join(' ')}`);
    const lost = await missing();
    if (lost.length > 0) problems.push(`not in the store: ${lost.join(' ')}`);
  } catch (error) {
    const lost = await missing().catch(() => []);
    problems.push(`${String(error)}\nnot in the store: ${lost.join(' ')}`);
  }
  if (problems.length > 0) problems.push(`it said:\n${await watched.notes()}`);
  return { problems, seen: {} };
}
