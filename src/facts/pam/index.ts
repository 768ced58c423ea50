import type { Attempt } from '../../model/attempt.ts';
import type { Evidence } from '../../model/finding.ts';
import { byPassword } from '../access/password.ts';
import { connectionOf } from '../access/who.ts';
import { type Accounts, accounts, type Groups, groups, type ShadowEntry, shadow } from '../accounts.ts';
import { sectionName } from '../bundle.ts';
import { faillock, type LockedFailure } from '../faillock.ts';
import { files } from '../files.ts';
import { type Meta, meta } from '../meta.ts';
import { type PathTable, paths } from '../paths.ts';
import type { Family } from '../source.ts';
import { type SshdConfig, setting, sshdConfig, word } from '../sshd/index.ts';
import { sysctl, type Tunable } from '../sysctl.ts';
import type { Said } from './asked.ts';
import { type PamMachine, pamMachine, selinuxState } from './machine.ts';
import { askCredentials, askModule } from './modules/index.ts';
import { isGood, type Outcome, runStack } from './run.ts';
import { type Kind, type Rule, stackOf } from './stack.ts';

export type { Kind, Outcome };
export { isGood };

/** Facts that say what PAM makes of a login, and those without which some modules cannot be understood. */
export const pamFacts = { sshdConfig, accounts, groups, shadow, files, meta };
export const pamHelps = { paths, pamMachine, faillock, selinuxState, sysctl };

export interface PamGiven {
  readonly sshdConfig: SshdConfig;
  readonly accounts: Accounts;
  readonly groups: Groups;
  readonly shadow: ReadonlyMap<string, ShadowEntry> | null;
  readonly files: Family;
  readonly meta: Meta;
  readonly paths?: PathTable | undefined;
  readonly pamMachine?: PamMachine | undefined;
  readonly faillock?: readonly LockedFailure[] | null | undefined;
  readonly selinuxState?: string | undefined;
  readonly sysctl?: ReadonlyMap<string, Tunable> | undefined;
}

/** What a stack comes to, with what the module that decided goes by. */
export interface Told extends Outcome {
  readonly because: NonNullable<Said['because']>;
}

/**
 * What the modules of one kind of the sshd service say of this login (auth-pam.c): `auth` of the right password, `account`
 * and `session` of whoever has come so far. `undefined` when that is not known, or PAM is not asked.
 */
export function pamOutcome(kind: Kind, given: PamGiven, attempt: Attempt): Told | undefined {
  const account = attempt.user === undefined ? undefined : given.accounts.find(attempt.user);
  if (!account) return undefined;
  const who = connectionOf(attempt, account, given.groups);
  const used = setting(given.sshdConfig, 'usepam', who);
  const rules = used.values[0]?.toLowerCase() === 'yes' ? stackOf(given.files, 'sshd', kind) : undefined;
  if (!rules) return undefined;
  const { meta: machine } = given;
  const asked = {
    kind,
    account,
    groups: given.groups,
    shadow: given.shadow?.get(account.name),
    files: given.files,
    paths: given.paths,
    now: machine.now,
    zone: machine.zone,
    // With UseDNS PAM is given a name, which is not known.
    rhost: word(given.sshdConfig, 'usedns', who) === 'yes' ? undefined : attempt.from,
    hostname: machine.hostname,
    machine: given.pamMachine,
    selinux: given.selinuxState,
    nrOpen: Number(given.sysctl?.get('fs.nr_open')?.value) || undefined,
    tally: machine.user === account.name ? given.faillock : undefined,
    emptyAllowed: word(given.sshdConfig, 'permitemptypasswords', who) === 'yes',
  };
  const said = new Map<Rule, Said>();
  const before: string[] = [];
  const ask = (rule: Rule) => {
    const answer = askModule(rule, { ...asked, before });
    before.push(rule.module);
    if (answer) said.set(rule, answer);
    return answer?.answer;
  };
  const sets = kind === 'auth' ? askCredentials : undefined;
  const outcome = runStack(rules, kind, ask, sets);
  if (!outcome || isGood(outcome.answer, kind)) return outcome && { ...outcome, because: [] };
  // Debian ignores what pam_unix says and refuses a line later: the culprit is the one without whose word all were well.
  const guilty = [...said].filter(([rule, { answer }]) => {
    if (isGood(answer, kind) || answer === 'ignore') return false;
    const free = runStack(rules, kind, (one) => (one === rule ? 'success' : said.get(one)?.answer), sets);
    return free !== undefined && isGood(free.answer, kind);
  });
  const [by] = guilty.find(([rule]) => rule.module !== 'pam_deny') ?? guilty[0] ?? [outcome.by];
  return { answer: outcome.answer, ...(by ? { by } : {}), because: (by && said.get(by)?.because) ?? [] };
}

/** The stages of PAM that a login goes through; the right password is asked for where no key is offered. */
export function stagesOf(attempt: Attempt): readonly Kind[] {
  return byPassword(attempt) ? ['auth', 'account', 'session'] : ['account', 'session'];
}

/** A stage of PAM that refuses the login, whatever the others say, and the line that does it. */
export interface Refusal extends Told {
  readonly kind: Kind;
  readonly by: Rule;
}

/** All stages that are known to refuse, in the order in which they are gone through. */
export function refusals(given: PamGiven, attempt: Attempt): readonly Refusal[] {
  return stagesOf(attempt).flatMap((kind) => {
    const told = pamOutcome(kind, given, attempt);
    return told?.by && !isGood(told.answer, kind) ? [{ ...told, kind, by: told.by }] : [];
  });
}

/** Whether all stages are known, so that what a log says of earlier logins counts for nothing. */
export function settled(given: PamGiven, attempt: Attempt): boolean {
  return stagesOf(attempt).every((kind) => pamOutcome(kind, given, attempt) !== undefined);
}

/** Whether every stage of PAM is known and lets the login pass. */
export function pamAgrees(given: PamGiven, attempt: Attempt): boolean {
  return stagesOf(attempt).every((kind) => {
    const outcome = pamOutcome(kind, given, attempt);
    return outcome !== undefined && isGood(outcome.answer, kind);
  });
}

/** The lines that make PAM refuse: what the module goes by, then the line of the stack. */
export function refusalEvidence({ by, because }: Refusal): readonly Evidence[] {
  const { file, line, text } = by;
  return [...because, { side: 'server', section: sectionName(file), line, text }];
}

/** What the account modules say (do_pam_account()). */
export const accountOutcome = (given: PamGiven, attempt: Attempt): Told | undefined =>
  pamOutcome('account', given, attempt);
