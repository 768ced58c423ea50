import { spawn } from 'node:child_process';
import type { Change } from '../src/model/change.ts';
import { linesOf } from '../src/remedy/apply.ts';
import { type ApplyScript, applyScript } from '../src/remedy/script.ts';
import { SSHWHY } from './ask.ts';
import { run, sleep, waitFor } from './command.ts';
import { differences, SERVER_TREE, treeOf } from './fix.ts';
import type { Lab } from './host.ts';
import { NO_PENALTY } from './scripts.ts';
import type { Outcome } from './trial.ts';

/** Something that goes wrong while a host is changed. Afterwards the host must be as it was, and let its user in. */
export interface Fault {
  readonly name: string;
  readonly disk?: string;
  /** Run before the tree is looked at. */
  readonly before?: string;
  /** Returns what is not as it should be. */
  provoke(lab: Lab): Promise<readonly string[]>;
  /** Takes away what was put in the way, before the host is compared. */
  readonly after?: string;
}

/** The fix that the engine makes for a trial. */
export const ID = 'trial';

/** Makes the changes by the engine alone; the key of the last line it prints, and all that it printed. */
export async function engine(
  lab: Lab,
  changes: readonly Change[],
  o: Partial<ApplyScript> = {},
): Promise<[string, string]> {
  const about = { cause: 'trial', summary: 'a trial', at: new Date().toISOString() };
  const script = applyScript({ id: ID, where: 'server', about, changes, within: 4, ...o });
  const ran = await lab.host.run(['sh'], { input: script, timeoutMs: 60_000 });
  return [linesOf(ran.stdout).at(-1)?.key ?? 'nothing', `${ran.stdout}${ran.stderr}`];
}

export async function ends(
  lab: Lab,
  wanted: string,
  changes: readonly Change[],
  o?: Partial<ApplyScript>,
): Promise<string[]> {
  const [state, said] = await engine(lab, changes, o);
  return state === wanted ? [] : [`the engine ended with ${state}, expected ${wanted}:\n${said}`];
}

const stateOf = async (lab: Lab, id = '*'): Promise<string> =>
  (await lab.host.run(`cd /var/lib/sshwhy/undo/${id} && ls`, { timeoutMs: 5000 })).stdout;

/** The guard has done its work. */
export async function restored(lab: Lab, withinMs: number): Promise<string[]> {
  const done = waitFor('the guard', withinMs, async () => {
    await sleep(200);
    return /^restored$/m.test(await stateOf(lab)) || undefined;
  });
  return done.then(
    () => [],
    async () => [`the guard has not restored within ${withinMs} ms: ${(await stateOf(lab)).replaceAll('\n', ' ')}`],
  );
}

/** Locks alice out, so that sshwhy has something to fix; root's door stays open. */
export const LOCKED = `${NO_PENALTY}
mkdir -p -m 700 /root/.ssh; printf '%s\\n' "$PUBKEY" >/root/.ssh/authorized_keys
chmod 777 /home/alice/.ssh`;

/** `sshwhy fix` as a process of its own on the client; `when`: the file of the fix that has to be there. */
export async function whileFixing(
  lab: Lab,
  door: string,
  when: string,
  then: (pid: number) => Promise<unknown> | unknown,
): Promise<{ code: number | null; said: string }> {
  const argv = ['-t', String(lab.client.pid), '-m', '-n', ...SSHWHY];
  const fix = spawn('nsenter', [...argv, 'fix', 'alice@web1', '--on', door, '--yes', '--confirm-within', '6s'], {
    env: { ...process.env, NO_COLOR: '1' },
    detached: true,
  });
  let said = '';
  for (const stream of [fix.stdout, fix.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
  const ended = new Promise<number | null>((resolve) => fix.on('close', resolve));
  const seen = await waitFor(when, 30_000, async () => {
    if (fix.exitCode !== null) return 'ended';
    return new RegExp(`^${when}$`, 'm').test(await stateOf(lab)) ? 'seen' : undefined;
  }).catch(() => 'never');
  if (seen === 'seen') await then(fix.pid ?? 0);
  const code = await Promise.race([ended, sleep(60_000).then(() => null)]);
  return { code, said: seen === 'seen' ? said : `${when}: ${seen}\n${said}` };
}

export const nsenter = (lab: Lab): string => `exec:nsenter -t ${lab.host.pid} -a`;

/** The printed script, run by somebody who sits at a console and gives that answer. */
export async function onConsole(lab: Lab, answer: string): Promise<string> {
  const about = ['--user', 'alice', '--from', lab.env['CLIENT'] ?? '', '--key', lab.publicKeyFile];
  const printed = await run([...SSHWHY, 'fix', '--on', nsenter(lab), ...about, '--print-script'], {
    timeoutMs: 30_000,
  });
  const typed = `cat >/tmp/fix.sh; { sleep 3; echo ${answer}; sleep 1; } | script -qec 'sh /tmp/fix.sh' /dev/null; rm /tmp/fix.sh`;
  const ran = await lab.host.run(typed, { input: printed.stdout, timeoutMs: 40_000 });
  return `${printed.stderr}${ran.stdout}${ran.stderr}`;
}

/** Provokes the fault on a healthy host; afterwards it is as it was, lets alice in, and no guard is left. */
export async function tryFault(lab: Lab, fault: Fault): Promise<Outcome> {
  const ready =
    fault.before === undefined ? undefined : await lab.host.run(`set -e\n${fault.before}`, { timeoutMs: 30_000 });
  if (ready && ready.code !== 0) return { problems: [`before: ${ready.stderr}`], seen: {} };
  const tree = await treeOf(lab.host, SERVER_TREE);
  const problems = [...(await fault.provoke(lab))];
  // A login that is refused is counted by PAM, whatever becomes of the fix.
  const changed = differences(tree, await treeOf(lab.host, SERVER_TREE)).filter(
    (line) => !line.includes('/run/faillock'),
  );
  if (changed.length > 0) problems.push(`the host is not as it was:\n${changed.join('\n')}`);
  if (fault.after !== undefined) await lab.host.run(fault.after);
  const login = await lab.client.ssh();
  if (login.code !== 0) problems.push(`alice cannot log in any more: ${login.stderr}`);
  const guards = await lab.host.run("sleep 1.5; pgrep -fa '[g]uard.sh'");
  if (guards.stdout !== '') problems.push(`a guard is left: ${guards.stdout}`);
  return { problems, seen: {} };
}
