import { join } from 'node:path';
import type { FixReport } from '../src/model/fix-report.ts';
import type { Report } from '../src/model/report.ts';
import { type Answer, question, SSHWHY } from './ask.ts';
import type { LabCase } from './case.ts';
import { type Ran, run, sleep, waitFor } from './command.ts';
import type { Lab } from './host.ts';
import { clientFolder, type Machine } from './net.ts';

/** Everything of a machine that a fix may change and its undo has to bring back: bytes, modes, owners, links, rules. */
export const SERVER_TREE = `
find /etc /home /root /opt /usr/local /run/faillock /var/lib/fail2ban -xdev \\( -name .cache -o -name '.pwd.lock' -o -name 'fail2ban.sqlite3*' \\) -prune -o -printf '%p %y %m %u %g %l\\n' 2>/dev/null | sort
find /etc /home /root /opt /usr/local -xdev -type f ! -name '.pwd.lock' -exec cksum {} + 2>/dev/null | sort -k3
nft -s list ruleset 2>/dev/null
for one in iptables iptables-legacy ip6tables ip6tables-legacy; do $one-save 2>/dev/null | grep -v '^[#:]'; done
systemctl is-enabled ssh.service ssh.socket 2>&1
systemctl is-active ssh.service ssh.socket 2>&1 | sed 's/failed/inactive/'
sysctl net.netfilter.nf_conntrack_max fs.file-max kernel.pty.max 2>/dev/null
for jail in $(fail2ban-client status 2>/dev/null | sed -n 's/.*Jail list://p' | tr , ' '); do fail2ban-client get $jail banip; done`;

const CLIENT_TREE = `
find /root/.ssh /etc/ssh /etc/hosts -xdev -printf '%p %y %m %u %g %l\\n' 2>/dev/null | sort
find /root/.ssh /etc/ssh /etc/hosts -xdev -type f -exec cksum {} + 2>/dev/null | sort -k3
ip route; ip -6 route`;

const FIX_MS = 90_000;

export const treeOf = async (machine: Machine, script: string): Promise<string> =>
  (await machine.run(script, { timeoutMs: 30_000 })).stdout;

/** Lines that only one of two trees has, a few. */
export function differences(before: string, after: string): string[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const [was, is] = [new Set(old), new Set(now)];
  return [
    ...old.filter((line) => !is.has(line)).map((line) => `- ${line}`),
    ...now.filter((line) => !was.has(line)).map((line) => `+ ${line}`),
  ].slice(0, 12);
}

/** The fix of the best-informed answer that has one, and how it was asked. */
export function fixOf(test: LabCase, answers: readonly Answer[]) {
  for (const { mode, report } of answers.toReversed()) {
    const fix = report?.causes.find((cause) => cause.id === test.id)?.fix;
    if (fix && 'commands' in fix) return { mode, fix };
  }
  return undefined;
}

/**
 * Has sshwhy fix the cause and prove it by a login of its own; then the real one must work, and the undo bring back the
 * identical tree. The best-informed answer that has a fix counts; where none has, there is nothing to do.
 */
export async function followFix(
  lab: Lab,
  test: LabCase,
  answers: readonly Answer[],
  login: () => Promise<Ran>,
): Promise<string[]> {
  const known = fixOf(test, answers);
  if (known === undefined) return [];
  const { mode, fix } = known;
  const [machine, tree] = fix.where === 'client' ? [lab.client, CLIENT_TREE] : ([lab.host, SERVER_TREE] as const);
  const before = await treeOf(machine, tree);
  const made = await fixed(lab, test, mode, login);
  if ('problem' in made) return [made.problem];
  const works = await login();
  if (works.code !== 0) return [`login after the fix: exit ${works.code}\n${works.stderr.slice(-600)}`];
  for (const { id } of made.made.toReversed()) {
    const undo = await onMachine(lab, fix.where, ['undo', id]);
    if (undo.code !== 0) return [`undo ${id}: exit ${undo.code}\n${undo.stdout}${undo.stderr}`];
  }
  const changed = test.undoLeaves ? [] : differences(before, await treeOf(machine, tree));
  return changed.length > 0 ? [`after the undo the ${fix.where} is not as it was:\n${changed.join('\n')}`] : [];
}

/** The clients of all labs have one home directory but for ~/.ssh. */
const environment = (lab: Lab) => ({ NO_COLOR: '1', XDG_STATE_HOME: join(clientFolder(lab.name, 'client'), 'state') });

/** `sshwhy` on the machine that was changed. */
function onMachine(lab: Lab, where: 'client' | 'server', words: readonly string[]): Promise<Ran> {
  const options = { timeoutMs: FIX_MS, env: environment(lab) };
  return where === 'client'
    ? lab.client.run([...SSHWHY, ...words], options)
    : run([...SSHWHY, ...words, '--on', `exec:nsenter -t ${lab.host.pid} -a`], options);
}

async function fixed(
  lab: Lab,
  test: LabCase,
  mode: Answer['mode'],
  login: () => Promise<Ran>,
): Promise<{ problem: string } | FixReport> {
  const asked = await question(lab, mode, { ...test.ssh, vantages: [] });
  const words = asked.slice(SSHWHY.length).filter((word) => word !== 'server' && word !== '--all-host-keys');
  const argv = [...SSHWHY, 'fix', ...words, '--yes', '--only', test.id];
  const options = { timeoutMs: FIX_MS, env: environment(lab) };
  // On the server alone a person tries the login and says whether it works.
  const [ran] = await Promise.all([
    mode === 'server' ? run(argv, options) : lab.client.run(argv, options),
    mode === 'server' ? confirmOnceItWorks(lab, login) : undefined,
  ]);
  const told = `exit ${ran.code}\n${ran.stderr.slice(-400)}`;
  let data: FixReport;
  try {
    data = JSON.parse(ran.stdout) as FixReport;
  } catch {
    return { problem: `fix gave no JSON: ${told}${ran.stdout.slice(0, 400)}` };
  }
  if (data.outcome !== 'fixed' || ran.code !== 0)
    return { problem: `fix: ${data.outcome}, ${data.why ?? ''}: ${told}${causesOf(data.report)}` };
  return data.report.causes.some(({ id }) => id === test.id)
    ? { problem: `${test.id} is still there after its fix` }
    : data;
}

const causesOf = (report: Report): string =>
  report.causes.map(({ role, id, text }) => `  ${role} ${id}: ${text}`).join('\n');

async function confirmOnceItWorks(lab: Lab, login: () => Promise<Ran>): Promise<void> {
  const applied =
    'cd /var/lib/sshwhy/undo 2>/dev/null && for d in *; do [ -e $d/applied ] && [ -e $d/armed ] && echo $d; done';
  const id = await waitFor('a fix that waits', 30_000, async () => {
    await sleep(100);
    const said = await lab.host.run(applied, { timeoutMs: 5000 });
    return said.stdout.trim() || undefined;
  }).catch(() => undefined);
  if (id === undefined || (await login()).code !== 0) return;
  await onMachine(lab, 'server', ['fix', '--confirm', id]);
}
