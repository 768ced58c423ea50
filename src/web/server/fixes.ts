import { createHmac, randomBytes } from 'node:crypto';
import type { Diagnosis } from '../../app/diagnose.ts';
import { fixAll } from '../../app/fix.ts';
import type { Planned } from '../../app/fix-plan.ts';
import { commandsOf } from '../../model/change.ts';
import { LookError } from '../../model/errors.ts';
import { shellQuote } from '../../model/remedy.ts';
import { visible } from '../../report/escape.ts';
import { headlineOfFix } from '../../report/fix.ts';
import type { FixPlan } from '../api.ts';
import type { Work } from './jobs.ts';
import type { Prepared } from './looks.ts';
import { same } from './security/sessions.ts';

const WITHIN_S = 60;
const KEY = randomBytes(32);

/** Says that this plan was shown: of the changes and of what they would come to now. */
const sealOf = ({ cause, fix }: Planned, diff: readonly string[]): string =>
  createHmac('sha256', KEY)
    .update(JSON.stringify([cause, fix.where, fix.changes, diff]))
    .digest('base64url');

/** What a fix would change, looked up on the machine. @throws LookError when there is nothing to be made, with the reason. */
export async function planOfFix(
  prepared: Prepared,
  diagnosis: Diagnosis,
  cause: string,
  o: { readonly signal: AbortSignal; readonly seal: boolean },
): Promise<FixPlan> {
  let shown: FixPlan | undefined;
  const { why } = await fixAll({
    look: async () => diagnosis,
    ...{ doors: prepared.doors, only: cause, within: WITHIN_S, signal: o.signal },
    agree: async (plan, diff) => {
      shown = {
        ...{ cause, summary: visible(plan.fix.summary), where: plan.fix.where, risk: plan.fix.risk },
        commands: plan.fix.changes.flatMap(commandsOf).map(visible),
        diff: diff.map(visible),
        terminal: visible(`${prepared.fixCommand} --only ${shellQuote(cause)}`),
        ...(o.seal ? { seal: sealOf(plan, diff) } : {}),
      };
      return false;
    },
    proven: async () => false,
    step: () => undefined,
    say: () => undefined,
  });
  if (!shown) throw new LookError(why ?? 'there is nothing to change');
  return shown;
}

/** Makes exactly what `seal` was shown for, and takes it back unless a fresh login works. */
export function fixWork(prepared: Prepared, cause: string, seal: string): Work {
  return async ({ signal, step }) => {
    let said: string | undefined;
    const { outcome, why, diagnosis } = await fixAll({
      look: () => prepared.look({ signal, step }),
      ...{ doors: prepared.doors, only: cause, within: WITHIN_S, signal, step },
      agree: async (plan, diff) => {
        const agreed = same(sealOf(plan, diff), seal);
        if (!agreed) said = 'what it would change is no longer what was shown; look again';
        return agreed;
      },
      // The look itself was a login of the user's own ssh; without one no fix is made from a page.
      proven: async () => prepared.proves,
      say: (text) => step(text),
    });
    const reason = said ?? why;
    return { diagnosis, outcome: headlineOfFix(outcome), ...(reason === undefined ? {} : { why: reason }) };
  };
}
