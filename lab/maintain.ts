import { type Maintenance, maintenanceSchema } from '../src/model/maintenance.ts';
import { shellQuote } from '../src/model/remedy.ts';
import { SSHWHY } from './ask.ts';
import { type Ran, sleep, waitFor } from './command.ts';
import { differences, SERVER_TREE, treeOf } from './fix.ts';
import type { Lab } from './host.ts';
import { NO_PENALTY } from './scripts.ts';
import type { Suite } from './seed.ts';
import type { Outcome } from './trial.ts';

/** A maintenance window on a host, from its begin to its end. */
export interface Upkeep {
  readonly name: string;
  readonly suites?: readonly Suite[];
  readonly before?: string;
  /** Returns what is not as it should be. Afterwards the host has to be as it was. */
  run(lab: Lab): Promise<readonly string[]>;
}

const doorOf = (lab: Lab): string => `exec:nsenter -t ${lab.host.pid} -a`;

async function maintain(lab: Lab, ...words: readonly string[]): Promise<{ ran: Ran; told?: Maintenance }> {
  const ran = await lab.client.run([...SSHWHY, 'maintain', ...words, '--json'], {
    timeoutMs: 60_000,
    env: { NO_COLOR: '1' },
  });
  try {
    return { ran, told: maintenanceSchema.parse(JSON.parse(ran.stdout)) };
  } catch {
    return { ran };
  }
}

async function outcome(lab: Lab, wanted: Maintenance['outcome'], ...words: readonly string[]): Promise<string[]> {
  const { ran, told } = await maintain(lab, ...words);
  if (told?.outcome === wanted) return [];
  return [
    `maintain ${words[0]}: ${told?.outcome ?? 'no JSON'}, expected ${wanted}: ${told?.why ?? ''}\n${ran.stdout}${ran.stderr}`,
  ];
}

/** A login from the client's other address. */
const stranger = (lab: Lab): Promise<Ran> => lab.client.ssh({ to: 'alice@web1', args: ['-b', '10.77.2.11'] });

async function shut(lab: Lab, wanted: boolean): Promise<string[]> {
  const [mine, other] = [await lab.client.ssh(), await stranger(lab)];
  return [
    ...(mine.code === 0 ? [] : [`the allowed address is not let in: ${mine.stderr}`]),
    ...((other.code !== 0) === wanted
      ? []
      : [`the other address: exit ${other.code}, shut is ${wanted}: ${other.stderr}`]),
  ];
}

const begin = (lab: Lab, time: string, allow = '10.77.2.10,fd77:2::/64'): readonly string[] => [
  ...['begin', 'alice@web1', '--on', doorOf(lab), '--allow', allow, '--for', time, '--yes'],
];

export const upkeeps: readonly Upkeep[] = [
  {
    name: 'until it ends by itself',
    async run(lab) {
      const problems = await outcome(lab, 'begun', ...begin(lab, '10s'));
      problems.push(...(await shut(lab, true)));
      await waitFor('the end of the window', 25_000, async () => {
        await sleep(300);
        return (await stranger(lab)).code === 0 || undefined;
      }).catch(() => problems.push('the window did not end by itself'));
      return [...problems, ...(await shut(lab, false))];
    },
  },
  {
    name: 'ended by hand',
    suites: ['bookworm'],
    async run(lab) {
      const problems = [
        ...(await outcome(lab, 'planned', ...begin(lab, '2h'), '--dry-run')),
        ...(await shut(lab, false)),
        ...(await outcome(lab, 'begun', ...begin(lab, '2h'))),
        ...(await shut(lab, true)),
        ...(await outcome(lab, 'refused', ...begin(lab, '2h'))),
      ];
      const { told } = await maintain(lab, 'status', '--on', doorOf(lab));
      if (told?.windows?.[0]?.state !== 'open') problems.push(`status: ${JSON.stringify(told)}`);
      problems.push(...(await outcome(lab, 'ended', 'end', '--on', doorOf(lab))));
      return [...problems, ...(await shut(lab, false))];
    },
  },
  {
    name: 'without an Include',
    suites: ['bullseye', 'trixie'],
    before: `grep -v '^Include' /etc/ssh/sshd_config >/tmp/config; printf 'Match User bob\\n  X11Forwarding no\\n' >>/tmp/config; cat /tmp/config >/etc/ssh/sshd_config; rm -rf /etc/ssh/sshd_config.d/*; systemctl restart ssh`,
    async run(lab) {
      return [
        ...(await outcome(lab, 'begun', ...begin(lab, '2h'))),
        ...(await shut(lab, true)),
        ...(await outcome(lab, 'ended', 'end', '--on', doorOf(lab))),
        ...(await shut(lab, false)),
      ];
    },
  },
  {
    name: 'own address not allowed',
    suites: ['trixie'],
    before: 'mkdir -p -m 700 /root/.ssh; printf "%s\\n" "$PUBKEY" >/root/.ssh/authorized_keys',
    async run(lab) {
      const words = ['begin', 'root@web1', '--allow', '192.0.2.7', '--for', '2h', '--yes'];
      const problems = await outcome(lab, 'refused', ...words);
      const { told } = await maintain(lab, ...words, '--on', doorOf(lab));
      if (told?.outcome !== 'begun' || told.warnings.length !== 1)
        problems.push(`another door: ${JSON.stringify(told)}`);
      if ((await lab.client.ssh()).code === 0) problems.push('the window does not shut the own address out');
      return [...problems, ...(await outcome(lab, 'ended', 'end', '--on', doorOf(lab)))];
    },
  },
  {
    name: 'through the login itself',
    suites: ['bullseye'],
    before: 'mkdir -p -m 700 /root/.ssh; printf "%s\\n" "$PUBKEY" >/root/.ssh/authorized_keys',
    async run(lab) {
      const words = ['begin', 'root@web1', '--jump-only', '10.77.2.10', '--for', '2h', '--yes'];
      const problems = [...(await outcome(lab, 'begun', ...words)), ...(await shut(lab, true))];
      return [...problems, ...(await outcome(lab, 'ended', 'end', 'root@web1')), ...(await shut(lab, false))];
    },
  },
  {
    name: 'a login that fails',
    suites: ['bookworm'],
    async run(lab) {
      // What the server sees is another address than the one that is told.
      const words = begin(lab, '2h', '192.0.2.7');
      const problems = await outcome(lab, 'rolled-back', ...words, '--from', '192.0.2.7');
      return [...problems, ...(await shut(lab, false))];
    },
  },
  {
    name: 'interrupted',
    suites: ['trixie'],
    async run(lab) {
      const typed = [...SSHWHY, 'maintain', ...begin(lab, '2h')].map(shellQuote).join(' ');
      const there = `nsenter -t ${lab.host.pid} -a test -e /run/sshwhy-maintenance/allow.conf`;
      const script = `${typed} >/dev/null 2>&1 & i=0; until ${there}; do i=$((i + 1)); [ $i -lt 400 ] || break; sleep 0.05; done
        kill -TERM $!; wait $!; echo "exit $? after $i"`;
      const ran = await lab.client.run(script, { timeoutMs: 60_000 });
      const problems = /^exit 130 after \d+$/m.test(ran.stdout) ? [] : [`${ran.stdout}${ran.stderr}`];
      return [...problems, ...(await shut(lab, false))];
    },
  },
  {
    name: 'ended by a restart',
    suites: ['bookworm'],
    async run(lab) {
      const problems = await outcome(lab, 'begun', ...begin(lab, '2h'));
      // What a boot does: /run is empty, the guard is gone, sshd reads its files.
      await lab.host.run(`systemctl stop 'sshwhy-guard-*'; rm -r /run/sshwhy-maintenance; systemctl restart ssh`);
      problems.push(...(await shut(lab, false)));
      const { told } = await maintain(lab, 'status', '--on', doorOf(lab));
      if (told?.windows?.[0]?.state !== 'lost' || told.warnings.length !== 1)
        problems.push(`status: ${JSON.stringify(told)}`);
      return [...problems, ...(await outcome(lab, 'ended', 'end', '--on', doorOf(lab)))];
    },
  },
];

/** Runs it on a healthy host with a client of two addresses; afterwards the host is as it was, and no guard is left. */
export async function tryUpkeep(lab: Lab, upkeep: Upkeep): Promise<Outcome> {
  const ready = await lab.host.run(`set -e\n${NO_PENALTY}\n${upkeep.before ?? ''}`, { timeoutMs: 30_000 });
  if (ready.code !== 0) return { problems: [`before: ${ready.stderr}`], seen: {} };
  await lab.client.run('ip addr add 10.77.2.11/24 dev eth0');
  const tree = `${SERVER_TREE}\nls -d /run/sshwhy* 2>/dev/null`;
  const before = await treeOf(lab.host, tree);
  const problems = [...(await upkeep.run(lab))];
  const changed = differences(before, await treeOf(lab.host, tree));
  if (changed.length > 0) problems.push(`the host is not as it was:\n${changed.join('\n')}`);
  const guards = await lab.host.run("sleep 1.5; pgrep -fa '[g]uard.sh'");
  if (guards.stdout !== '') problems.push(`a guard is left: ${guards.stdout}`);
  return { problems, seen: {} };
}
