import { byPassword, enough, passwordMethods } from '../facts/access/password.ts';
import { connectionOf } from '../facts/access/who.ts';
import type { Account } from '../facts/accounts.ts';
import { type PamGiven, pamAgrees } from '../facts/pam/index.ts';
import { setting, word } from '../facts/sshd/index.ts';
import type { Attempt } from '../model/attempt.ts';

/** Settings that can turn a password away. */
const DECIDING = [
  'passwordauthentication',
  'kbdinteractiveauthentication',
  'permitemptypasswords',
  'denyusers',
  'allowusers',
  'denygroups',
  'allowgroups',
  'permitrootlogin',
  'authenticationmethods',
  'usepam',
] as const;

/**
 * What lets a login with the right password in, in words, when everything that decides is known and in its favour: a
 * method, the password, and PAM (auth-passwd.c, auth-pam.c).
 */
export function passwordAdmits(given: PamGiven, attempt: Attempt, account: Account): string | undefined {
  if (!byPassword(attempt)) return undefined;
  const { sshdConfig: config, groups } = given;
  const who = connectionOf(attempt, account, groups);
  if (DECIDING.some((keyword) => !setting(config, keyword, who).certain)) return undefined;
  const methods = passwordMethods(config, attempt, account, groups);
  if (methods.length === 0 || !enough(setting(config, 'authenticationmethods', who), methods)) return undefined;
  if (account.uid === 0 && word(config, 'permitrootlogin', who) !== 'yes') return undefined;
  const entry = given.shadow?.get(account.name);
  const pam = word(config, 'usepam', who) === 'yes';
  if (!entry) return undefined;
  if (pam) {
    if (!pamAgrees(given, attempt)) return undefined;
  } else {
    const empty = entry.password === 'empty' && word(config, 'permitemptypasswords', who) === 'yes';
    if (entry.password !== 'hash' && !empty) return undefined;
  }
  return `the right password lets ${account.name} in, by ${methods.join(' or ')}`;
}
