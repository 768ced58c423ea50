import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Preflight, preflightSchema } from '../src/model/preflight.ts';
import { SSHWHY } from './ask.ts';
import { run, waitFor } from './command.ts';
import { initOf, type Lab, listens } from './host.ts';
import { machine } from './net.ts';
import type { Suite } from './seed.ts';
import type { Outcome } from './trial.ts';

/** A host before a reboot, and what sshwhy must say of it; then it is rebooted, and the real ssh has the last word. */
export interface PreflightCase {
  readonly name: string;
  readonly suites?: readonly Suite[];
  readonly setup?: string;
  readonly args?: readonly string[];
  readonly answer: Preflight['answer'];
  /** What the reason must say. */
  readonly says?: RegExp;
  /** False where the answer is about something else than this boot (`for: upgrade`), or the lab's boot cannot show it. */
  readonly reboot?: false;
  /** The host turns the login away already. */
  readonly shut?: true;
  /** Whether the login works after the reboot, where it does not follow from the answer. */
  readonly comesBack?: boolean;
}

const STRICT = (port: number) => `flush ruleset
table inet filter {
  chain input {
    type filter hook input priority filter; policy drop;
    ct state established,related accept
    iif lo accept
    meta l4proto { icmp, ipv6-icmp } accept
    tcp dport ${port} accept
  }
}`;

export const preflights: readonly PreflightCase[] = [
  { name: 'plain', answer: 'go' },
  {
    name: 'ufw',
    answer: 'go',
    setup: 'ufw allow 22/tcp && ufw --force enable && systemctl enable ufw',
    says: /user\.rules treat/,
  },
  {
    name: 'nftables',
    answer: 'go',
    suites: ['bookworm'],
    setup: `cat >/etc/nftables.conf <<'EOF'\n${STRICT(22)}\nEOF\nnft -f /etc/nftables.conf; systemctl enable nftables`,
    says: /nftables\.conf treat/,
  },
  {
    name: 'firewalld',
    answer: 'go',
    suites: ['trixie'],
    setup: 'systemctl enable --now firewalld',
    says: /zone public treats port 22/,
  },
  {
    name: 'rules of the kernel alone',
    answer: 'go',
    suites: ['bullseye'],
    setup: `nft -f - <<'EOF'\n${STRICT(22).replace('tcp dport 22', 'ip saddr 10.77.0.0/16 tcp dport 22')}\nEOF`,
    says: /in no file that is loaded at boot/,
  },
  {
    name: 'not enabled',
    answer: 'no-go',
    suites: ['bookworm'],
    setup: 'systemctl disable ssh',
    says: /ssh\.service is not enabled/,
  },
  {
    name: 'enabled until the boot',
    answer: 'no-go',
    suites: ['trixie'],
    setup: 'systemctl disable ssh; systemctl enable --runtime ssh',
    says: /only until the next boot/,
  },
  { name: 'masked', answer: 'no-go', suites: ['bullseye'], setup: 'systemctl mask ssh', says: /masked/ },
  {
    name: 'rescue target',
    answer: 'no-go',
    suites: ['bookworm'],
    setup: 'systemctl set-default rescue.target',
    says: /boots into rescue\.target/,
  },
  {
    name: 'not to be run',
    answer: 'no-go',
    suites: ['trixie'],
    setup: 'touch /etc/ssh/sshd_not_to_be_run',
    says: /sshd_not_to_be_run/,
  },
  {
    name: 'invalid line',
    answer: 'no-go',
    suites: ['bullseye'],
    setup: `echo 'PermitRootLogni no' >>/etc/ssh/sshd_config`,
    says: /PermitRootLogni/,
  },
  {
    name: 'no host keys',
    answer: 'no-go',
    suites: ['bookworm'],
    shut: true,
    setup: 'rm /etc/ssh/ssh_host_*',
    says: /host keys are missing/,
  },
  {
    name: 'runtime folder',
    answer: 'no-go',
    suites: ['bookworm'],
    setup: `sed '/^RuntimeDirectory/d' /lib/systemd/system/ssh.service >/etc/systemd/system/ssh.service; systemctl daemon-reload`,
    says: /nothing makes \/run\/sshd/,
  },
  {
    name: 'nftables shuts it',
    answer: 'no-go',
    suites: ['bookworm', 'trixie'],
    setup: `cat >/etc/nftables.conf <<'EOF'\n${STRICT(2222)}\nEOF\nsystemctl enable nftables`,
    says: /nftables\.conf, loaded at boot, drop connections/,
  },
  {
    name: 'rule not written down',
    answer: 'no-go',
    suites: ['bullseye'],
    setup: `cat >/etc/nftables.conf <<'EOF'\n${STRICT(2222)}\nEOF\nsystemctl enable --now nftables; nft add rule inet filter input tcp dport 22 accept`,
    says: /which the rules in the kernel let in now/,
  },
  {
    name: 'firewalld not permanent',
    answer: 'no-go',
    suites: ['trixie'],
    setup: `systemctl enable --now firewalld; firewall-cmd -q --permanent --remove-service=ssh`,
    says: /not in its permanent configuration/,
  },
  {
    name: 'ufw not enabled yet',
    answer: 'no-go',
    suites: ['bookworm'],
    setup: `sed -i 's/ENABLED=no/ENABLED=yes/' /etc/ufw/ufw.conf; systemctl enable ufw`,
    says: /user\.rules, loaded at boot, drop/,
  },
  {
    name: 'keys in memory',
    answer: 'no-go',
    suites: ['trixie'],
    setup: `cp -a /home/alice /srv/a; rm -r /home/alice/.ssh; mount -t tmpfs -o mode=750,uid=1000,gid=1000 tmpfs /home/alice; cp -a /srv/a/. /home/alice/; rm -r /srv/a`,
    says: /in memory \(tmpfs\)/,
  },
  {
    name: 'started by hand',
    answer: 'unknown',
    suites: ['bookworm'],
    setup: `sed -i 's/^SSHD_OPTS=.*/SSHD_OPTS="-p 2222"/' /etc/default/ssh`,
    says: /will start it with "-p 2222"/,
    comesBack: false,
  },
  {
    name: 'late address',
    answer: 'unknown',
    suites: ['bullseye'],
    setup: `echo 'ListenAddress 10.77.2.20' >>/etc/ssh/sshd_config; systemctl restart ssh`,
    says: /if it comes late/,
    reboot: false,
  },
  {
    name: 'nologin',
    answer: 'no-go',
    shut: true,
    suites: ['trixie'],
    setup: 'echo later >/etc/nologin',
    says: /nologin/,
  },
  {
    name: 'config not loaded',
    answer: 'unknown',
    suites: ['bookworm'],
    setup: `sleep 4; echo 'MaxAuthTries 5' >>/etc/ssh/sshd_config`,
    says: /not yet in effect/,
    comesBack: true,
  },
  {
    name: 'upgrade of algorithms',
    answer: 'no-go',
    suites: ['bookworm'],
    args: ['--for', 'upgrade'],
    setup: `echo 'HostKeyAlgorithms ssh-ed25519,ssh-dss' >>/etc/ssh/sshd_config; systemctl restart ssh`,
    says: /trixie.* refuses line/,
    reboot: false,
  },
];

async function ask(
  lab: Lab,
  args: readonly string[],
): Promise<{ answer?: Preflight; said: string; exit: number | null }> {
  const door = `exec:nsenter -t ${lab.host.pid} -a`;
  const ran = await run([...SSHWHY, 'preflight', '--on', door, ...args, '--json'], { timeoutMs: 60_000 });
  const said = `${ran.stdout}\n${ran.stderr}`.slice(-3000);
  try {
    return { answer: preflightSchema.parse(JSON.parse(ran.stdout)), said, exit: ran.code };
  } catch (error) {
    return { said: `${(error as Error).message}\n${said}`, exit: ran.code };
  }
}

const STATUS = { go: 0, 'no-go': 1, unknown: 3 } as const;

/** The answer is the wanted one, for the wanted reason, and a real reboot shows that it is right. */
export async function tryPreflight(lab: Lab, test: PreflightCase, capture?: string): Promise<Outcome> {
  const set = await lab.host.run(`set -e\n${test.setup ?? ''}`, { timeoutMs: 60_000 });
  if (set.code !== 0) return { problems: [`setup script: ${set.stderr}`], seen: {} };
  const before = await lab.client.ssh();
  const problems =
    (before.code === 0) !== (test.shut === true)
      ? []
      : [`before the reboot the login ${test.shut ? 'works' : `does not work: ${before.stderr}`}`];
  if (capture) mkdirSync(dirname(capture), { recursive: true });
  const { answer, said, exit } = await ask(lab, [...(test.args ?? []), ...(capture ? ['--save', capture] : [])]);
  if (!answer) return { problems: [...problems, said], seen: {} };
  const told = answer.checks
    .filter(({ outcome }) => outcome !== 'good' || test.answer === 'go')
    .map(({ outcome, text }) => `${outcome}: ${text}`);
  if (answer.answer !== test.answer) problems.push(`answer ${answer.answer}, not ${test.answer}:\n${told.join('\n')}`);
  if (exit !== STATUS[test.answer]) problems.push(`exit ${exit}`);
  if (test.says && !told.some((text) => test.says?.test(text)))
    problems.push(`nothing says ${test.says}:\n${told.join('\n')}`);
  if (test.answer === 'go' && answer.checks.some(({ outcome }) => outcome === 'unknown'))
    problems.push('unknown on a healthy host');
  if (test.reboot === false) return { problems, seen: {} };
  const back = await afterReboot(lab);
  const wanted = test.comesBack ?? test.answer === 'go';
  if (back !== wanted)
    problems.push(
      `after a real reboot the login ${back ? 'works' : 'does not work'}, but the answer was ${answer.answer}`,
    );
  return { problems, seen: {} };
}

/** Reboots the host, in its own network, whose rules a real machine would lose; whether alice gets in then. */
async function afterReboot(lab: Lab): Promise<boolean> {
  const { host } = lab;
  const parent = (pid: number) => Number(/^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  const place = parent(parent(host.pid));
  await host.run('nft flush ruleset; systemctl reboot --no-block');
  const gone = await waitFor('the host to go down', 30_000, () => (runs(host.pid) ? undefined : true));
  const pid =
    gone &&
    (await waitFor('boot', 20_000, () => {
      const found = initOf(place);
      return found === host.pid ? undefined : found;
    }));
  const anew = machine(lab.name, pid, ['-a'], lab.env);
  // It cannot wait before there is a bus.
  await anew.run(
    'for _ in $(seq 100); do case $(systemctl is-system-running) in running | degraded | maintenance) break ;; esac; sleep 0.2; done',
    { timeoutMs: 40_000 },
  );
  for (let tries = 0; tries < 10 && !listens(pid, 22); tries++)
    await new Promise((resolve) => setTimeout(resolve, 200));
  return (await lab.client.ssh()).code === 0;
}

function runs(pid: number): boolean {
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
