import type { Attempt } from '../../model/attempt.ts';
import { connectionOf } from '../access/who.ts';
import { type Accounts, accounts, type Groups, groups, type ShadowEntry, shadow } from '../accounts.ts';
import { files } from '../files.ts';
import { type Meta, meta } from '../meta.ts';
import type { Family } from '../source.ts';
import { type SshdConfig, setting, sshdConfig } from '../sshd/index.ts';
import { accountAnswer } from './modules.ts';
import { isGood, type Outcome, runStack } from './run.ts';
import { stackOf } from './stack.ts';

export { isGood, type Outcome };

/** Facts that say what PAM makes of an account. */
export const pamFacts = { sshdConfig, accounts, groups, shadow, files, meta };

/**
 * What the account modules of the sshd service say of this login (auth-pam.c, do_pam_account()); `undefined` when that
 * is not known, or PAM is not asked.
 */
export function accountOutcome(
  given: {
    sshdConfig: SshdConfig;
    accounts: Accounts;
    groups: Groups;
    shadow: ReadonlyMap<string, ShadowEntry> | null;
    files: Family;
    meta: Meta;
  },
  attempt: Attempt,
): Outcome | undefined {
  const account = attempt.user === undefined ? undefined : given.accounts.find(attempt.user);
  if (!account) return undefined;
  const used = setting(given.sshdConfig, 'usepam', connectionOf(attempt, account, given.groups));
  const rules = used.values[0]?.toLowerCase() === 'yes' ? stackOf(given.files, 'sshd', 'account') : undefined;
  const asked = { account, groups: given.groups, files: given.files, now: given.meta.now };
  const entry = given.shadow?.get(account.name);
  return rules && runStack(rules, (rule) => accountAnswer(rule, { ...asked, shadow: entry }));
}
