import { applyHardening, type Hardened } from '../app/harden-apply.ts';
import { FRESH, proveLogin } from '../app/prove-root.ts';
import type { HardenReport } from '../model/harden-report.ts';
import type { HardenPlan } from '../model/hardening.ts';
import { visible } from '../report/escape.ts';
import { planLines } from '../report/harden/plan.ts';
import { openTransport } from '../transport/open.ts';
import type { Transport } from '../transport/transport.ts';
import { progress } from './answer.ts';
import { ask } from './ask.ts';
import { type HardenFlags, printedForms } from './harden.ts';
import { sshArguments } from './options.ts';
import { parseTarget } from './target.ts';

/** Shows the changes, asks, and makes them; the last word has a new login. */
export async function applyOver(
  target: string,
  door: Transport,
  plan: HardenPlan,
  profile: string,
  flags: HardenFlags,
  signal: AbortSignal,
): Promise<NonNullable<HardenReport['applied']>> {
  const quiet = printedForms(flags).length > 0;
  const bar = progress(quiet);
  const host = parseTarget(target);
  const login = openTransport(`ssh:${host.host}`, [...FRESH, ...sshArguments(flags, host)]);
  const done: Hardened = await applyHardening({
    plan,
    door,
    profile,
    within: flags.confirmWithin,
    signal,
    prove: () => proveLogin(login, signal),
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
