import type { Attempt } from '../../model/attempt.ts';
import type { Account, Groups, ShadowEntry } from '../accounts.ts';
import { type Setting, type SshdConfig, word } from '../sshd/index.ts';
import type { AccountKeys } from './keys.ts';
import { connectionOf } from './who.ts';

const DAY_MS = 86_400_000;

/** Whether the server was asked about a login without a key: it can only be one with a password. */
export const byPassword = ({ user, keys, certificates, host }: Attempt): boolean =>
  // Where a client has looked, it may have keys that it did not get to offer.
  user !== undefined && keys === undefined && certificates === undefined && host === undefined;

/** The methods by which a password can be given, where sshd offers them. */
export function passwordMethods(
  config: SshdConfig,
  attempt: Attempt,
  account: Account,
  groups: Groups,
): readonly string[] {
  const who = connectionOf(attempt, account, groups);
  const on = (keyword: string): boolean => word(config, keyword, who) === 'yes';
  return [
    ...(on('passwordauthentication') ? ['password'] : []),
    // Debian's sshd has no other device for it than PAM (auth2-chall.c).
    ...(on('kbdinteractiveauthentication') && on('usepam') ? ['keyboard-interactive'] : []),
  ];
}

/** Whether AuthenticationMethods is content with one of the methods alone (auth2.c). */
export function enough(rule: Setting, methods: readonly string[]): boolean {
  const lists = rule.values.filter((list) => list !== '');
  return (
    lists.length === 0 ||
    lists.some((list) => list === 'any' || methods.some((one) => list.replace(/:pam$/, '') === one))
  );
}

/** Whether sshd itself finds the account expired (auth-shadow.c); it asks only without PAM, and one day later than PAM. */
export const expiredForSshd = ({ expire }: ShadowEntry, now: number): boolean =>
  expire !== undefined && Math.floor(now / DAY_MS) > expire;

/** Whether sshd itself finds the password expired, which it asks of passwords only, and without PAM. */
export function agedForSshd({ lastChange, max }: ShadowEntry, now: number): boolean {
  if (lastChange === 0) return true;
  return lastChange !== undefined && max !== undefined && Math.floor(now / DAY_MS) > lastChange + max;
}

/** Whether an account may have keys, so that a password is not what it is entered with; `undefined` when not known. */
export function hasKeys(mine: AccountKeys | undefined): boolean | undefined {
  if (!mine) return false;
  if (mine.files.some(({ keys, modes }) => modes.ok && keys.some(({ options }) => !options.has('cert-authority'))))
    return true;
  return mine.complete && mine.files.every(({ status }) => status === 'ok' || status === 'absent') ? false : undefined;
}
