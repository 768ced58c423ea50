import { SSHWHY } from './ask.ts';
import { type Ran, run, sleep } from './command.ts';
import type { Lab } from './host.ts';
import type { Outcome } from './trial.ts';

/** A configuration that keeps alice out, and the line that `sshwhy bisect` must find. */
export interface Bisect {
  readonly name: string;
  readonly config: readonly string[];
  readonly args: (lab: Lab) => readonly string[];
  readonly finds: RegExp;
}

const from = (lab: Lab) => ['--from', lab.env['CLIENT'] ?? ''];
const key = (lab: Lab) => ['--key', lab.publicKeyFile];

export const bisects: readonly Bisect[] = [
  {
    name: 'of a client',
    config: ['MaxAuthTries 4', 'Match Address 10.77.2.0/24', '  DenyUsers alice', '  X11Forwarding no'],
    args: from,
    finds: /This line keeps alice out .*\n.*10-trial\.conf:3: DenyUsers alice {3}\(in Match Address 10\.77\.2\.0\/24\)/,
  },
  {
    name: 'of a key file',
    config: ['LogLevel VERBOSE', 'AuthorizedKeysFile /etc/ssh/keys/%u', 'MaxAuthTries 4'],
    args: key,
    finds: /This line keeps alice out .*\n.*10-trial\.conf:2: AuthorizedKeysFile/,
  },
  {
    name: 'together',
    config: [
      'RevokedKeys /etc/ssh/revoked',
      'PubkeyAuthentication yes',
      'Match Address 10.77.2.10',
      '  MaxAuthTries 3',
    ],
    args: (lab) => [...from(lab), ...key(lab)],
    finds: /This line keeps alice out .*\n.*10-trial\.conf:1: RevokedKeys/,
  },
];

/** Somebody presses Ctrl-C after so many milliseconds: before the first try, and within several. */
const INTERRUPTIONS_MS = [400, 900, 1400, 2200] as const;

/** What must not be there afterwards, and what must be as it was. */
const LOOK = `
ls -d /run/sshwhy-trial.* 2>/dev/null
ps -eo args= | grep -E 'sshwhy-trial|/user -o Identities' | grep -v grep
lsns -n -t net -o NS,COMMAND; cat /etc/ssh/sshd_config /etc/ssh/sshd_config.d/* /home/alice/.ssh/authorized_keys | cksum
grep -c 'authorized_keys' /proc/self/mounts; systemctl show -p MainPID ssh`;

function ask(lab: Lab, args: readonly string[], interruptMs?: number): Promise<Ran> {
  const door = `exec:nsenter -t ${lab.host.pid} -a`;
  return run([...SSHWHY, 'bisect', '--user', 'alice', '--on', door, ...args], {
    timeoutMs: 60_000,
    ...(interruptMs !== undefined && { interruptMs }),
  });
}

/** The line is found, and the host is afterwards as it was, also when somebody interrupts. */
export async function tryBisect(lab: Lab, { config, args, finds }: Bisect): Promise<Outcome> {
  const lines = config.map((line) => `'${line}'`).join(' ');
  const setup = await lab.host.run(`set -e
    mkdir -p /etc/ssh/sshd_config.d; printf '%s\\n' ${lines} >/etc/ssh/sshd_config.d/10-trial.conf
    echo "$PUBKEY" >/etc/ssh/revoked; systemctl restart ssh`);
  if (setup.code !== 0) return { problems: [`setup script: ${setup.stderr}`], seen: {} };
  const before = (await lab.host.run(LOOK)).stdout;
  const problems: string[] = [];
  const same = async (when: string) => {
    const after = (await lab.host.run(LOOK)).stdout;
    if (after !== before) problems.push(`${when} the host is not as it was:\n${before}---\n${after}`);
  };
  const found = await ask(lab, args(lab));
  if (found.code !== 1 || !finds.test(found.stdout))
    problems.push(`exit ${found.code}: ${found.stdout}${found.stderr}`.slice(0, 1500));
  await same('afterwards');
  for (const ms of INTERRUPTIONS_MS) {
    const stopped = await ask(lab, args(lab), ms);
    if (stopped.code !== 130 && stopped.code !== 1) problems.push(`interrupted after ${ms} ms: exit ${stopped.code}`);
    await sleep(50);
    await same(`interrupted after ${ms} ms`);
  }
  return { problems, seen: {} };
}
