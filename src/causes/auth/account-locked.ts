import { connectionOf } from '../../facts/access/who.ts';
import { accounts, groups, shadow } from '../../facts/accounts.ts';
import { setting, sshdConfig } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly user: string;
}

export const cause = defineCause<Data>({
  id: 'auth/account-locked',
  severity: 'blocks',
  title: 'The account is locked, and PAM is off',
  why: 'Without PAM (UsePAM no) sshd itself takes an account whose password field begins with ! for locked and refuses even the right key. With UsePAM yes the same field says only that no password is right, and keys work. Accounts made without a password have it.',
  refs: ['sshd_config(5), UsePAM', 'platform.c, platform_locked_account()', 'shadow(5)'],
  proofs: [
    proof({
      needs: { sshdConfig, accounts, groups, shadow },
      check({ sshdConfig: config, accounts: all, groups: memberships, shadow: passwords }, attempt) {
        const account = attempt.user === undefined ? undefined : all.find(attempt.user);
        const entry = account && passwords?.get(account.name);
        if (!account || (entry?.password !== 'bang' && entry?.password !== 'bang-hash')) return [];
        const pam = setting(config, 'usepam', connectionOf(attempt, account, memberships));
        if (pam.values[0]?.toLowerCase() !== 'no') return [];
        const evidence = [
          { side: 'server', section: 'shadow', line: entry.line, text: entry.text } as const,
          ...pam.from.map(({ file, line, text }) => ({ side: 'server', section: `file:${file}`, line, text }) as const),
        ];
        return [{ data: { user: account.name }, subject: account.name, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ user }) =>
    `The account ${user} is locked (! in the password field), and with UsePAM no that refuses keys as well.`,
  masks: ['auth/key-not-authorized'],
  remedy: ({ user }) => ({
    summary:
      'mark the account as one without a password (*), which takes keys but no password (unless it was locked to keep somebody out)',
    risk: 'safe',
    where: 'server',
    commands: [`usermod --password '*' ${shellQuote(user)}`],
  }),
});
