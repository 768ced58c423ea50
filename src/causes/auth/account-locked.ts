import { accountKeys, keyFacts } from '../../facts/access/keys.ts';
import { byPassword, hasKeys } from '../../facts/access/password.ts';
import { connectionOf } from '../../facts/access/who.ts';
import { ACCOUNT_FILES, accounts, groups, shadow } from '../../facts/accounts.ts';
import { isGood, pamFacts, pamHelps, pamOutcome } from '../../facts/pam/index.ts';
import { setting, sshdConfig, word } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { command } from '../../model/change.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly user: string;
  /** PAM is on: no password opens the account, and it has no key. */
  readonly passwords?: true;
}

export const cause = defineCause<Data>({
  id: 'auth/account-locked',
  severity: 'blocks',
  title: 'The account is locked, or no password opens it',
  why: 'A password field that begins with ! or is * fits no password at all. Without PAM (UsePAM no) sshd itself takes an account whose password field begins with ! for locked and refuses even the right key. With UsePAM yes the same field says only that no password is right, and keys work. Accounts made without a password have it.',
  refs: ['sshd_config(5), UsePAM', 'platform.c, platform_locked_account()', 'shadow(5)'],
  proofs: [
    proof({
      needs: { sshdConfig, accounts, groups, shadow },
      check({ sshdConfig: config, accounts: all, groups: memberships, shadow: passwords }, attempt) {
        const account = attempt.user === undefined ? undefined : all.find(attempt.user);
        const entry = account && passwords?.get(account.name);
        if (!account || (entry?.password !== 'bang' && entry?.password !== 'bang-hash')) return undefined;
        const pam = setting(config, 'usepam', connectionOf(attempt, account, memberships));
        if (pam.values[0]?.toLowerCase() !== 'no') return undefined;
        const evidence = [
          { side: 'server', section: 'shadow', line: entry.line, text: entry.text } as const,
          ...pam.from.map(({ file, line, text }) => ({ side: 'server', section: `file:${file}`, line, text }) as const),
        ];
        return [{ data: { user: account.name }, subject: account.name, verdict: 'confirmed', evidence }];
      },
    }),
    proof({
      needs: { ...keyFacts, shadow },
      helps: { ...pamFacts, ...pamHelps },
      check(given, attempt) {
        const account = attempt.user === undefined ? undefined : given.accounts.find(attempt.user);
        const entry = account && given.shadow?.get(account.name);
        if (!account || !entry || !byPassword(attempt) || !/^(?:star|bang|bang-hash)$/.test(entry.password)) return [];
        const keys = hasKeys(accountKeys(given, attempt)[0]);
        const { meta, groups: memberships } = given;
        const pam = word(given.sshdConfig, 'usepam', connectionOf(attempt, account, memberships)) !== 'no';
        const outcome = pam && meta ? pamOutcome('auth', { ...given, meta }, attempt) : undefined;
        // Another module may ask for something else than the password of shadow(5).
        if (keys || (outcome && isGood(outcome.answer, 'auth'))) return [];
        const evidence = [{ side: 'server', section: 'shadow', line: entry.line, text: entry.text } as const];
        const verdict = keys === false && (!pam || outcome) ? 'confirmed' : 'possible';
        return [{ data: { user: account.name, passwords: true }, subject: account.name, verdict, evidence }];
      },
    }),
  ],
  says: ({ user, passwords }) =>
    passwords
      ? `No password opens the account ${user} (! or * in the password field), and sshd finds no key of it.`
      : `The account ${user} is locked (! in the password field), and with UsePAM no that refuses keys as well.`,
  masks: ['auth/key-not-authorized', 'auth/pam-stack-denies'],
  remedy: ({ user, passwords }) =>
    passwords
      ? {
          refuse: 'whether somebody is to come in, and with what, is for a person to say',
          manual: [`Put a key into ~${user}/.ssh/authorized_keys, or give the account a password: passwd ${user}.`],
        }
      : {
          summary:
            'mark the account as one without a password (*), which takes keys but no password (unless it was locked to keep somebody out)',
          risk: 'safe',
          where: 'server',
          changes: [command(`usermod --password '*' ${shellQuote(user)}`, [], ACCOUNT_FILES)],
        },
});
