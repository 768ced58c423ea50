import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type HardenReport, hardenReportSchema } from '../src/model/harden-report.ts';
import { SSHWHY } from './ask.ts';
import { run, sleep } from './command.ts';
import type { Lab } from './host.ts';
import { PASSWORD } from './seed.ts';
import type { Outcome } from './trial.ts';

/** A host that is hardened by a profile: logins by key go on, and a second look finds nothing that a machine could change. */
export interface Hardening {
  readonly name: string;
  /** A built-in profile, or the text of one's own. */
  readonly profile: string | { readonly yaml: string };
  readonly setupServer?: string;
  /** Kinds of the changes that are wanted for sshd_config; default the drop-in. */
  readonly config?: 'write' | 'prepend';
  /** What is to become of it; default `applied`. */
  readonly outcome?: 'applied' | 'refused' | 'rolled-back';
  /** Further arguments of sshwhy. */
  readonly args?: readonly string[];
  /** What is seen before is a fixture of the unit tests. */
  readonly fixture?: true;
}

export const hardenings: readonly Hardening[] = [
  ...['sshwhy', 'mozilla-modern', 'mozilla-intermediate', 'cis', 'stig', 'ssh-audit'].map((profile) => ({
    name: profile,
    profile,
  })),
  { name: 'everything', profile: { yaml: 'extends: all\n' }, fixture: true },
  {
    name: 'without an Include',
    profile: 'cis',
    fixture: true,
    setupServer: `printf 'UsePAM yes\\nPasswordAuthentication yes\\nSubsystem sftp /usr/lib/openssh/sftp-server\\n' >/etc/ssh/sshd_config; rm -f /etc/ssh/sshd_config.d/*; systemctl restart ssh`,
    config: 'prepend',
  },
  {
    name: 'lines before the Include',
    profile: 'sshwhy',
    fixture: true,
    setupServer: `sed -i '1i X11Forwarding yes\\nPasswordAuthentication yes\\nMACs hmac-sha1,hmac-sha2-256' /etc/ssh/sshd_config; systemctl restart ssh`,
    config: 'prepend',
  },
  {
    name: 'nobody else can become root',
    profile: 'sshwhy',
    setupServer: 'gpasswd -d alice sudo',
    outcome: 'refused',
  },
  {
    // Works now, and no longer with what the profile leaves.
    name: 'the login does not get through',
    profile: 'sshwhy',
    args: ['-o', 'Ciphers=aes128-ctr', '-o', 'MACs=umac-64@openssh.com'],
    outcome: 'rolled-back',
  },
  {
    name: 'a key that is shut out',
    profile: { yaml: 'controls:\n  pubkey-algorithms: {only: [rsa-sha2-512]}\n' },
    outcome: 'refused',
  },
];

async function ask(lab: Lab, profile: string, more: readonly string[] = []): Promise<HardenReport> {
  const door = `exec:nsenter -t ${lab.host.pid} -a`;
  const ran = await run([...SSHWHY, 'harden', '--on', door, '--profile', profile, '--json', '--dry-run', ...more], {
    timeoutMs: 60_000,
  });
  if (ran.code !== 0 && ran.code !== 1) throw new Error(`sshwhy harden: exit ${ran.code}: ${ran.stderr}`);
  return hardenReportSchema.parse(JSON.parse(ran.stdout));
}

/** sshd begins anew on a reload, and is deaf for some milliseconds. */
async function login(lab: Lab, o: Parameters<Lab['client']['ssh']>[0]): ReturnType<Lab['client']['ssh']> {
  for (let tries = 0; ; tries++) {
    const ran = await lab.client.ssh(o);
    if (tries === 8 || !/Connection refused/.test(ran.stderr)) return ran;
    await sleep(150);
  }
}

function keysOf({ results }: HardenReport, status: string): string[] {
  return results
    .filter((one) => one.status === status)
    .map(({ control, subject }) => (subject === undefined ? control : `${control} @ ${subject}`));
}

/** sshwhy on the client, with a door into the host beside its own login. */
function harden(lab: Lab, profile: string, more: readonly string[]): ReturnType<Lab['client']['run']> {
  const door = `exec:nsenter -t ${lab.host.pid} -a`;
  const argv = [...SSHWHY, 'harden', 'alice@web1', '--on', door, '--profile', profile, '--apply', '--yes', '--json'];
  return lab.client.run([...argv, ...more], { timeoutMs: 90_000 });
}

/** What must be as it was where nothing is to be changed. */
const LOOK = `stat -c '%a %U %G %n' /etc/ssh /etc/ssh/* /etc/ssh/sshd_config.d/* 2>/dev/null; cat /etc/ssh/sshd_config /etc/ssh/sshd_config.d/* 2>/dev/null | cksum; sshd -T | cksum`;

async function applied(lab: Lab, name: string, one: Hardening, capture?: string): Promise<Outcome> {
  const { outcome: wanted = 'applied', config = 'write', args = [] } = one;
  const problems: string[] = [];
  const first = await ask(lab, name, capture === undefined ? [] : ['--save', capture]);
  const { plan } = first;
  if (!plan) return { problems: ['there is no plan'], seen: {} };
  const lines = plan.changes.find(({ kind }) => kind === 'write' || kind === 'prepend');
  if (lines && lines.kind !== config) problems.push(`the lines are to be ${lines.kind}, not ${config}`);
  const before = (await lab.host.run(LOOK)).stdout;
  const ran = await harden(lab, name, args);
  if (ran.code === null || ![0, 1, 4].includes(ran.code))
    return { problems: [`sshwhy harden --apply: exit ${ran.code}: ${ran.stderr}`], seen: {} };
  const { applied: done } = hardenReportSchema.parse(JSON.parse(ran.stdout));
  if (done?.outcome !== wanted) problems.push(`${done?.outcome} instead of ${wanted}: ${done?.why}`);
  if ((ran.code === 4) !== (wanted === 'rolled-back')) problems.push(`exit ${ran.code}`);
  const after = await login(lab, {});
  if (after.code !== 0) problems.push(`no login by key afterwards: ${after.stderr}`);
  if (wanted !== 'applied') {
    const same = (await lab.host.run(LOOK)).stdout;
    if (same !== before) problems.push(`the host is not as it was:\n${before}---\n${same}`);
    return { problems, seen: { left: done?.outcome ?? 'nothing' } };
  }
  if (plan.endsPasswords) {
    const guess = await login(lab, { to: 'bob@web1', password: PASSWORD, args: ['-oPubkeyAuthentication=no'] });
    if (guess.code === 0) problems.push('a password still lets somebody in');
  }
  const second = await ask(lab, name);
  const left = new Set(plan.left.map(({ result }) => result));
  const still = keysOf(second, 'fail').filter((key) => !left.has(key));
  if (still.length > 0) problems.push(`a second look still finds ${still.join(', ')}`);
  const unsure = keysOf(second, 'unknown').filter((key) => !keysOf(first, 'unknown').includes(key));
  if (unsure.length > 0) problems.push(`a second look no longer knows ${unsure.join(', ')}`);
  if (second.plan && second.plan.changes.length > 0)
    problems.push(`a second plan is not empty: ${JSON.stringify(second.plan.changes)}`);
  if (done?.id !== undefined) {
    await run([...SSHWHY, 'undo', done.id, '--on', `exec:nsenter -t ${lab.host.pid} -a`], { timeoutMs: 60_000 });
    const undone = (await lab.host.run(LOOK)).stdout;
    if (undone !== before) problems.push(`undone, the host is not as it was:\n${before}---\n${undone}`);
  }
  return { problems, seen: { left: [...left].join(' ') } };
}

/** Hardens the host, proves a login by key, looks again, and undoes it. `capture`: file for the bundle of the first look. */
export async function tryHardening(lab: Lab, one: Hardening, capture?: string): Promise<Outcome> {
  const { profile, setupServer } = one;
  const folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-harden-'));
  try {
    const name = typeof profile === 'string' ? profile : path.join(folder, 'own.yaml');
    if (typeof profile !== 'string') writeFileSync(name, profile.yaml);
    const sudo = 'getent group sudo >/dev/null || groupadd sudo; usermod -aG sudo alice';
    const setup = await lab.host.run(`set -e\n${sudo}\n${setupServer ?? ''}`);
    if (setup.code !== 0) return { problems: [`setup script: ${setup.stderr}`], seen: {} };
    if ((await login(lab, {})).code !== 0) return { problems: ['there is no healthy login'], seen: {} };
    return await applied(lab, name, one, capture);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
