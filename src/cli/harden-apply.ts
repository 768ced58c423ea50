import { applyHardening, type Hardened, type Proof } from '../app/harden-apply.ts';
import type { HardenReport } from '../model/harden-report.ts';
import type { HardenPlan } from '../model/hardening.ts';
import { clip, visible } from '../report/escape.ts';
import { planLines } from '../report/harden/plan.ts';
import { openTransport } from '../transport/open.ts';
import type { Transport } from '../transport/transport.ts';
import { progress } from './answer.ts';
import { ask } from './ask.ts';
import type { HardenFlags } from './harden.ts';
import { sshArguments } from './options.ts';
import { parseTarget } from './target.ts';

/** A login of its own, by key and nothing else; a shared connection would prove nothing. */
const FRESH = ['-oPreferredAuthentications=publickey', '-oControlMaster=no', '-oControlPath=none'];
const PROVE_MS = 30_000;
const ADMINS = ['sudo', 'wheel', 'admin'];

async function prove(target: string, flags: HardenFlags, signal: AbortSignal): Promise<Proof> {
  const host = parseTarget(target);
  const door = openTransport(`ssh:${host.host}`, [...FRESH, ...sshArguments(flags, host)]);
  const ran = await door.run('echo sshwhy; id -un; id -u; id -Gn\n', { timeoutMs: PROVE_MS, signal });
  // What a profile prints stands in front.
  const [, name, uid, groups = ''] = /^sshwhy\n(.*)\n(\d+)\n(.*)$/m.exec(ran.stdout) ?? [];
  if (ran.code !== 0 || name === undefined) {
    const said = ran.timedOut ? 'no answer' : (ran.stderr.trim().split('\n').at(-1) ?? '');
    return { works: false, canBecomeRoot: false, said: clip(said, 200) };
  }
  const admin = groups.split(' ').some((group) => ADMINS.includes(group));
  return { works: true, canBecomeRoot: uid === '0' || admin, said: name };
}

/** Shows the changes, asks, and makes them; the last word has a new login. */
export async function applyOver(
  target: string,
  door: Transport,
  plan: HardenPlan,
  profile: string,
  flags: HardenFlags,
  signal: AbortSignal,
): Promise<NonNullable<HardenReport['applied']>> {
  const quiet = flags.json || flags.sarif || flags.markdown;
  const bar = progress(quiet === true);
  const done: Hardened = await applyHardening({
    plan,
    door,
    profile,
    within: flags.confirmWithin,
    signal,
    prove: () => prove(target, flags, signal),
    agree: async (diff) => {
      bar.done();
      const shown = [
        ...planLines(structuredClone(plan) as NonNullable<HardenReport['plan']>, String),
        '',
        ...diff.map(visible),
      ];
      if (!quiet) process.stdout.write(`\n${shown.join('\n')}\n`);
      return flags.yes === true || ask('Make these changes?', signal);
    },
    step: bar.step,
  }).finally(bar.done);
  return { ...done, effects: [...done.effects], warnings: [...done.warnings] };
}
