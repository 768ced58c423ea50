import { SSHWHY } from './ask.ts';
import { type Ran, run, sleep } from './command.ts';
import type { Lab } from './host.ts';
import type { Outcome } from './trial.ts';

/** A firewall on the host beside which a rescue sshd is started. */
export interface Rescue {
  readonly name: string;
  readonly setup: string;
}

export const rescues: readonly Rescue[] = [
  // What the link leads to is root's to read, and everybody's to read in the copy.
  { name: 'without a firewall', setup: 'ln -s /etc/shadow /home/alice/.ssh/authorized_keys2' },
  { name: 'beside ufw', setup: 'ufw allow 22/tcp && ufw --force enable' },
  {
    name: 'beside nftables',
    setup:
      'nft "table inet filter { chain input { type filter hook input priority 0; policy drop; ct state established,related accept; tcp dport 22 accept; }; }"',
  },
];

const PORT = 2222;

/** What must be afterwards as it was. */
const LOOK = `
ls -d /run/sshwhy* 2>/dev/null; systemctl list-units --all --no-legend 'sshwhy*'; ps -eo args= | grep sshwhy-rescue | grep -v grep
iptables-save | grep -v '^[#:]'; nft -s list ruleset; ss -Htln; cat /etc/ssh/sshd_config /home/alice/.ssh/authorized_keys | cksum`;

function ask(lab: Lab, args: readonly string[]): Promise<Ran> {
  return run([...SSHWHY, 'preflight', '--on', `exec:nsenter -t ${lab.host.pid} -a`, ...args], { timeoutMs: 60_000 });
}

/** The main sshd is broken while the other one is up; one logs in through that one and mends it; then it ends, and nothing is left. */
export async function tryRescue(lab: Lab, { setup }: Rescue): Promise<Outcome> {
  const problems: string[] = [];
  const set = await lab.host.run(`set -e\n${setup}`, { timeoutMs: 30_000 });
  if (set.code !== 0) return { problems: [`setup script: ${set.stderr}`], seen: {} };
  const look = async (): Promise<string> => (await lab.host.run(LOOK)).stdout;
  const before = await look();
  const start = ['--rescue', String(PORT), '--user', 'alice', '--from', lab.env['CLIENT'] ?? ''];
  const login = (args: readonly string[] = []): Promise<Ran> => lab.client.ssh({ args });
  const known = ['-oUserKnownHostsFile=/root/.ssh/known_hosts', '-oHostKeyAlias=web1', '-p', String(PORT)];
  const begun = async (more: readonly string[]): Promise<boolean> => {
    const ran = await ask(lab, [...start, ...more]);
    if (!/A rescue sshd waits for alice on port 2222/.test(ran.stdout))
      problems.push(`not started: ${ran.stdout}${ran.stderr}`);
    return problems.length === 0;
  };
  const same = async (when: string): Promise<void> => {
    let after = await look();
    // systemd forgets a unit that has ended a moment later.
    for (let tries = 0; tries < 10 && after !== before; tries++) {
      await sleep(300);
      after = await look();
    }
    if (after !== before) problems.push(`${when} the host is not as it was:\n${before}---\n${after}`);
  };

  if (!(await begun(['--rescue-time', '1h']))) return { problems, seen: {} };
  const copied = await lab.host.run('cat /run/sshwhy-rescue/keys');
  if (/^root:/m.test(copied.stdout)) problems.push('the copy of the keys holds what only root may read');
  await lab.host.run('systemctl stop ssh; mv /etc/ssh /etc/ssh.away; mv /home/alice/.ssh /home/alice/ssh.away');
  await sleep(1500);
  if ((await login()).code === 0) problems.push('the main sshd is not broken');
  const through = await login(known);
  if (through.code !== 0) problems.push(`no login through the rescue sshd: ${through.stderr}`);
  const bob = await lab.client.ssh({ to: 'bob@web1', args: known });
  if (bob.code === 0) problems.push('bob gets in as well, who was not asked for');
  await lab.host.run('mv /etc/ssh.away /etc/ssh; mv /home/alice/ssh.away /home/alice/.ssh; systemctl start ssh');
  const ended = await ask(lab, ['--rescue-end']);
  if (ended.code !== 0) problems.push(`--rescue-end: ${ended.stderr}`);
  await same('after its end');
  if ((await login(known)).code === 0) problems.push('the rescue sshd still lets in after its end');

  if (!(await begun(['--rescue-time', '6s']))) return { problems, seen: {} };
  await sleep(10_000);
  await same('after its time');
  const main = await login();
  if (main.code !== 0) problems.push(`the main sshd is broken: ${main.stderr}`);
  return { problems, seen: {} };
}
