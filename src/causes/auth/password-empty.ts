import { connectionOf } from '../../facts/access/who.ts';
import { accounts, groups, shadow } from '../../facts/accounts.ts';
import { quoted } from '../../facts/sshd/evidence.ts';
import { setting, sshdConfig } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly user: string;
}

export const cause = defineCause<Data>({
  id: 'auth/password-empty',
  severity: 'blocks',
  title: 'The account has no password, and sshd takes no empty one',
  why: 'An account without a password (passwd -d) opens to anybody at the console who presses Enter. sshd does not take an empty password unless PermitEmptyPasswords says so, and asks again and again. A key still works.',
  refs: ['sshd_config(5), PermitEmptyPasswords', 'shadow(5)'],
  proofs: [
    proof({
      needs: { sshdConfig, accounts, groups, shadow },
      check({ sshdConfig: config, accounts: all, groups: memberships, shadow: passwords }, attempt) {
        const account = attempt.user === undefined ? undefined : all.find(attempt.user);
        const entry = account && passwords?.get(account.name);
        // Whoever comes with a key does not need one.
        if (!account || entry?.password !== 'empty' || attempt.keys) return [];
        const rule = setting(config, 'permitemptypasswords', connectionOf(attempt, account, memberships));
        if (rule.values[0]?.toLowerCase() === 'yes') return [];
        const evidence: Evidence[] = [
          { side: 'server', section: 'shadow', line: entry.line, text: entry.text },
          ...rule.from.map(quoted),
        ];
        const verdict = rule.certain ? 'confirmed' : 'likely';
        return [{ data: { user: account.name }, subject: account.name, verdict, evidence }];
      },
    }),
  ],
  says: ({ user }) => `${user} has no password at all, and sshd lets nobody in with an empty one.`,
  remedy: ({ user }) => ({
    refuse: 'an account that anybody can enter is worse than one that nobody can',
    manual: [`Give it a password: passwd ${user}; or better, a key in its authorized_keys.`],
  }),
});
