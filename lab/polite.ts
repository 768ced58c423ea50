import { ask } from './ask.ts';
import { type CaseLogin, MODES } from './case.ts';
import type { Lab } from './host.ts';
import type { Machine, Topology } from './net.ts';
import { startFail2ban } from './scripts.ts';
import type { Outcome } from './trial.ts';

/** What one diagnosis from the client costs a machine. */
interface Cost {
  readonly connections: number;
  /** Connections in which somebody tried to authenticate. */
  readonly attempts: number;
}

interface Counted extends Cost {
  /** Of the log of sshd and of PAM for it. */
  readonly lines: number;
}

/** A server on which the connections and authentication attempts of one diagnosis are counted. */
export interface Polite {
  readonly name: string;
  readonly topology?: Topology;
  readonly setupServer?: string;
  readonly login?: CaseLogin;
  readonly host: Cost;
  readonly bastion?: Cost;
  /** With its default settings it must see nothing that leads to a ban. */
  readonly fail2ban?: true;
}

const usual: Cost = { connections: 2, attempts: 1 };

export const polite: readonly Polite[] = [
  { name: 'login works', host: usual },
  { name: 'key refused', setupServer: 'rm /home/alice/.ssh/authorized_keys', host: usual },
  { name: 'user unknown', setupServer: 'userdel alice', host: usual },
  // The vantage makes a connection and no login.
  { name: 'vantage', login: { vantages: ['client'] }, host: { connections: 3, attempts: 1 } },
  { name: 'jump', topology: 'bastion', host: { connections: 1, attempts: 1 }, bastion: usual },
  {
    name: 'jump, key refused',
    topology: 'bastion',
    setupServer: 'rm /home/alice/.ssh/authorized_keys',
    host: { connections: 1, attempts: 1 },
    bastion: usual,
  },
  { name: 'fail2ban', fail2ban: true, setupServer: 'rm /home/alice/.ssh/authorized_keys', host: usual },
  { name: 'fail2ban, user unknown', fail2ban: true, setupServer: 'userdel alice', host: usual },
  {
    name: 'fail2ban, vantage',
    fail2ban: true,
    setupServer: 'rm /home/alice/.ssh/authorized_keys',
    login: { vantages: ['client'] },
    host: { connections: 3, attempts: 1 },
  },
];

/** What the login, the probe and a vantage write into the log of sshd and of PAM, at LogLevel VERBOSE. */
const LINES_MAX = 20;

/** SYNs are counted by the kernel, connections that tried to authenticate by sshd's own log, each by its process. */
const COUNT = `
nft -f - <<'EOF'
table inet tally {
  chain input {
    type filter hook input priority filter; policy accept;
    tcp dport 22 tcp flags & (syn | ack) == syn counter
  }
}
EOF`;

const VERBOSE = `
sed -i '1i LogLevel VERBOSE' /etc/ssh/sshd_config
systemctl restart ssh`;

// sshd writes its last line when the connection has ended, which takes a while on a busy machine; until then there is more than
// the listener. By its name for syslog: of a process that has ended by then journald does not know what it ran (_COMM=).
const READ = `
i=0; while sleep 0.3; [ "$(pgrep -xc 'sshd(-session|-auth)?')" -gt 1 ] && [ $i -lt 20 ]; do i=$((i + 1)); done
sleep 0.4; journalctl --sync
printf 'connections '; nft list table inet tally | grep -o 'packets [0-9]*' | cut -d ' ' -f 2
printf 'attempts '; journalctl -q --no-pager -o short -t sshd -t sshd-session |
  grep -E ': (Accepted|Failed) publickey|: (Connection (closed|reset) by|Disconnected from) (authenticating|invalid) user' |
  grep -o '[[0-9]*]:' | sort -u | wc -l
printf 'lines '; journalctl -q --no-pager -o cat -t sshd -t sshd-session -t sshd-auth | wc -l`;

async function counted(machine: Machine): Promise<Counted> {
  const { stdout } = await machine.run(READ);
  const number = (what: string) => Number(new RegExp(`${what} (\\d+)`).exec(stdout)?.[1] ?? Number.NaN);
  return { connections: number('connections'), attempts: number('attempts'), lines: number('lines') };
}

/** One diagnosis from the client must cost what is promised, in either mode, and one through a door alone nothing. */
export async function tryPolite(lab: Lab, test: Polite): Promise<Outcome> {
  const problems: string[] = [];
  const machines = [
    ['host', lab.host],
    ['bastion', lab.bastion],
  ] as const;
  for (const [name, machine] of machines) {
    const own =
      name === 'host'
        ? `${test.setupServer ?? ''}\n${test.fail2ban ? startFail2ban('nftables-multiport') : VERBOSE}`
        : VERBOSE;
    const setup = await machine?.run(`set -e\n${own}\n${COUNT}`, { timeoutMs: 40_000 });
    if (setup && setup.code !== 0) return { problems: [`setup script: ${setup.stderr}`], seen: {} };
  }
  const before = new Map<string, Counted>();
  for (const [name, machine] of machines) if (machine) before.set(name, await counted(machine));
  for (const mode of MODES) {
    const answer = await ask(lab, mode, test.login ?? {});
    problems.push(...answer.problems);
    for (const [name, machine] of machines) {
      if (!machine) continue;
      const last = before.get(name);
      const now = await counted(machine);
      before.set(name, now);
      for (const what of ['connections', 'attempts'] as const) {
        const seen = now[what] - (last?.[what] ?? 0);
        const promised = mode === 'server' ? 0 : (test[name]?.[what] ?? 0);
        if (seen !== promised) problems.push(`${mode}: ${name}: ${what} ${seen}, promised ${promised}`);
      }
      const lines = now.lines - (last?.lines ?? 0);
      const most = mode === 'server' ? 0 : LINES_MAX;
      if (lines > most) problems.push(`${mode}: ${name}: ${lines} lines in the log, promised at most ${most}`);
      if (process.env['SHOW_LINES']) process.stdout.write(`${mode} ${name} ${test.name}: ${lines} lines\n`);
    }
  }
  if (test.fail2ban) problems.push(...(await bans(lab.host)));
  return { problems, seen: {} };
}

/** fail2ban's default sshd jail bans at the fifth failure in ten minutes; each of the two logins may count as one. */
const FAILURES_MAX = 2;

async function bans(host: Machine): Promise<string[]> {
  const { stdout } = await host.run('sleep 2; fail2ban-client status sshd');
  const number = (what: string) => Number(new RegExp(`${what}:\\s+(\\d+)`).exec(stdout)?.[1] ?? Number.NaN);
  const [failed, banned] = [number('Total failed'), number('Total banned')];
  if (banned === 0 && failed <= FAILURES_MAX) return [];
  return [`fail2ban counted ${failed} failures and ${banned} bans\n${stdout}`];
}
