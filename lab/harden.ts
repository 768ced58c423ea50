import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type HardenReport, hardenReportSchema } from '../src/model/harden-report.ts';
import { shellQuote } from '../src/model/remedy.ts';
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
];

type Plan = NonNullable<HardenReport['plan']>;

/** What a person would type for a change. */
function typed(change: Plan['changes'][number]): string {
  switch (change.kind) {
    case 'write':
      return `printf %s ${shellQuote(change.text)} >${change.file}; chmod ${change.mode} ${change.file}; chown ${change.owner} ${change.file}`;
    case 'prepend':
      return `{ printf '%s\\n' ${change.lines.map(shellQuote).join(' ')}; cat ${change.file}; } >${change.file}.new; cat ${change.file}.new >${change.file}; rm ${change.file}.new`;
    case 'mode':
      return `chmod ${change.mode} ${shellQuote(change.path)}`;
    case 'owner':
      return `chown ${change.owner} ${shellQuote(change.path)}`;
    case 'unit':
      return `sshd -t; systemctl ${change.action} ${change.unit}`;
  }
}

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

/** Hardens the host, proves a login by key, and looks again. `capture`: file for the bundle of the first look. */
export async function tryHardening(
  lab: Lab,
  { profile, setupServer, config = 'write' }: Hardening,
  capture?: string,
): Promise<Outcome> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-harden-'));
  try {
    const name = typeof profile === 'string' ? profile : path.join(folder, 'own.yaml');
    if (typeof profile !== 'string') writeFileSync(name, profile.yaml);
    const problems: string[] = [];
    const setup = await lab.host.run(
      `set -e\ngetent group sudo >/dev/null || groupadd sudo; usermod -aG sudo alice\n${setupServer ?? ''}`,
    );
    if (setup.code !== 0) return { problems: [`setup script: ${setup.stderr}`], seen: {} };
    if ((await login(lab, {})).code !== 0) return { problems: ['there is no healthy login'], seen: {} };
    const first = await ask(lab, name, capture === undefined ? [] : ['--save', capture]);
    const { plan } = first;
    if (!plan) return { problems: ['there is no plan'], seen: {} };
    const lines = plan.changes.find(({ kind }) => kind === 'write' || kind === 'prepend');
    if (lines && lines.kind !== config) problems.push(`the lines are to be ${lines.kind}, not ${config}`);
    if (plan.shutOut.length > 0) problems.push(`it shuts out ${JSON.stringify(plan.shutOut)}`);
    if (plan.endsPasswords && !plan.keepers.some(({ user }) => user === 'alice'))
      problems.push('alice is not named as one who gets in afterwards');
    const applied = await lab.host.run(`set -e\n${plan.changes.map(typed).join('\n')}`, { timeoutMs: 30_000 });
    if (applied.code !== 0)
      return {
        problems: [`the changes: ${applied.stderr}${applied.stdout}\n${JSON.stringify(plan.changes)}`],
        seen: {},
      };
    const after = await login(lab, {});
    if (after.code !== 0) problems.push(`no login by key afterwards: ${after.stderr}`);
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
    return { problems, seen: { left: plan.left.map(({ result }) => result).join(' ') } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
