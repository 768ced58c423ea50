import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FleetHost } from '../src/model/fleet.ts';
import type { FleetKey } from '../src/model/fleet-keys.ts';
import type { FleetChange } from '../src/reason/fleet/diff.ts';
import { SSHWHY } from './ask.ts';
import { type Ran, run } from './command.ts';
import type { Lab } from './host.ts';
import { door, withManyKeys } from './many-keys.ts';
import type { Outcome } from './trial.ts';

const fleet = (args: readonly string[]): Promise<Ran> => run([...SSHWHY, 'fleet', ...args], { timeoutMs: 90_000 });
const lines = <T>({ stdout }: Ran): T[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);

/** Where each key gets in is where sshd lets it in; without root nothing is taken for well; and what came and went is told. */
export async function tryFleetKeys(lab: Lab): Promise<Outcome> {
  const { real, problem } = await withManyKeys(lab);
  if (problem !== undefined) return { problems: [problem], seen: {} };
  const folder = mkdtempSync(join(tmpdir(), 'sshwhy-fleet-keys-'));
  try {
    const problems = [
      ...(await tryWhere(lab, real, join(folder, 'run.jsonl'))),
      ...(await tryBlind(lab, join(folder, 'blind.jsonl'))),
      ...(await tryChange(lab, join(folder, 'run.jsonl'), join(folder, 'later.jsonl'))),
    ];
    return { problems, seen: {} };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function tryWhere(lab: Lab, real: ReadonlySet<string>, file: string): Promise<string[]> {
  if (real.size < 10) return [`only ${real.size} logins work`];
  const ran = await fleet(['keys', 'web1', '--on', door(lab), '--out', file]);
  if (ran.code !== 1) return [`fleet keys: exit ${ran.code}: ${ran.stderr}${ran.stdout}`];
  const all = await lab.host.run(
    'cd /keys; for key in *.pub /home/deploy/.ssh/id_ed25519.pub; do case $key in *-cert.pub) ;; *) ssh-keygen -l -f "$key" | cut -d " " -f 2 ;; esac; done',
  );
  const keys = [...new Set(all.stdout.split('\n').filter((line) => line !== ''))];
  const problems: string[] = [];
  for (const fingerprint of keys) {
    const told = await fleet(['report', file, '--key', fingerprint, '--json']);
    const [key] = lines<FleetKey>(told).filter(({ kind }) => kind === 'key');
    if (key === undefined) {
      problems.push(`${fingerprint} is not told: ${told.stderr}`);
      continue;
    }
    const straight = key.ways.filter(
      ({ via, authority, options }) => via.length === 0 && !authority && !options.includes('192.0.2.1'),
    );
    const open = new Set(straight.filter(({ standing }) => standing === 'open').map(({ account }) => account));
    const lets = [...real].filter((one) => one.endsWith(` ${fingerprint}`)).map((one) => one.split(' ', 1)[0] ?? '');
    for (const account of lets)
      if (!open.has(account)) problems.push(`sshd lets ${fingerprint} in as ${account}: ${told.stdout}`);
    for (const account of open)
      if (!lets.includes(account)) problems.push(`sshd does not let ${fingerprint} in as ${account}`);
    if (told.code !== (key.hosts > 0 ? 1 : 0) || (lets.length > 0 && told.code !== 1))
      problems.push(`${fingerprint}: exit ${told.code}, and it opens ${lets.join()}`);
  }
  return problems;
}

/** Alice may read her own keys: what opens carol is not known, and that is neither yes nor no. */
async function tryBlind(lab: Lab, file: string): Promise<string[]> {
  const on = `${door(lab)} runuser -u alice --`;
  await fleet(['keys', 'web1', '--on', on, '--fail-on', 'critical', '--out', file]);
  const [host] = lines<FleetHost>(await run(['cat', file], {}));
  const carol = await lab.host.run('ssh-keygen -l -f /keys/carol.pub | cut -d " " -f 2');
  const told = await fleet(['report', file, '--key', carol.stdout.trim(), '--json']);
  const [key] = lines<FleetKey>(told).filter(({ kind }) => kind === 'key');
  return [
    ...(host?.outcome === 'unknown' && host.keys?.whole === false
      ? []
      : [`without root: ${host?.outcome}: ${host?.says}`]),
    ...(host?.keys?.ways.some(({ account }) => account === 'alice')
      ? []
      : ["without root: alice's own keys are not told"]),
    ...(told.code === 3 && key?.unknown === 1 ? [] : [`without root, carol's key: exit ${told.code}: ${key?.says}`]),
  ];
}

async function tryChange(lab: Lab, before: string, after: string): Promise<string[]> {
  await lab.host.run(
    'sed -i "/bob@desktop/d" /home/alice/.ssh/authorized_keys; cat /keys/far.pub >>/home/carol/.ssh/authorized_keys',
  );
  await fleet(['keys', 'web1', '--on', door(lab), '--out', after]);
  const ran = await fleet(['diff', before, after, '--json']);
  const { changes } = JSON.parse(ran.stdout) as { changes: readonly FleetChange[] };
  const [change] = changes;
  const told = (all: readonly { account: string; comment: string }[] = []) =>
    all.map(({ account, comment }) => `${account} ${comment}`).join();
  return told(change?.grants?.came) === 'carol from afar' &&
    told(change?.grants?.went) === 'alice bob@desktop' &&
    change?.kind === 'worse' &&
    ran.code === 1
    ? []
    : [`diff: exit ${ran.code}: ${ran.stdout}`];
}
