import type { Attempt } from '../../model/attempt.ts';
import type { Account, Groups } from '../accounts.ts';
import { type Directive, type SshdConfig, setting } from '../sshd/index.ts';
import { matchesPattern, matchesUser } from './patterns.ts';
import { clientNameOf, connectionOf } from './who.ts';

/** What keeps a user out by name: the keyword in lower case, and its lines, which name the user (`listed`) or do not. */
export interface NotAllowed {
  readonly keyword: string;
  readonly listed: boolean;
  readonly lines: readonly Directive[];
}

/**
 * DenyUsers, AllowUsers, DenyGroups and AllowGroups, in the order in which allowed_user() in auth.c asks; `undefined` when
 * all four let the user pass, or when it hangs on where the client comes from.
 */
export function notAllowed(
  config: SshdConfig,
  account: Account,
  memberships: Groups,
  attempt: Attempt,
): NotAllowed | undefined {
  const who = connectionOf(attempt, account, memberships);
  const user = (pattern: string) => matchesUser(account.name, pattern, attempt.from, clientNameOf(attempt));
  const group = (pattern: string) => memberships.of(account).some((name) => matchesPattern(name, pattern));
  for (const keyword of ['denyusers', 'allowusers', 'denygroups', 'allowgroups']) {
    const rules = setting(config, keyword, who).from;
    if (rules.length === 0) continue;
    const answers = rules.map((rule) => ({
      rule,
      answers: rule.words.args.map(keyword.endsWith('users') ? user : group),
    }));
    const matching = answers.filter((one) => one.answers.includes(true)).map(({ rule }) => rule);
    const unsure = answers.some((one) => one.answers.includes(undefined));
    if (keyword.startsWith('deny') && matching.length > 0) return { keyword, listed: true, lines: matching };
    if (keyword.startsWith('allow') && matching.length === 0 && !unsure)
      return { keyword, listed: false, lines: rules };
  }
  return undefined;
}
