import { notAllowed } from '../../facts/access/allowed.ts';
import { accounts, groups } from '../../facts/accounts.ts';
import { sshdConfig } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly user: string;
  readonly keyword: string;
  readonly listed: boolean;
  readonly lines: readonly { readonly file: string; readonly line: number }[];
}

const WRITTEN: Readonly<Record<string, string>> = {
  denyusers: 'DenyUsers',
  allowusers: 'AllowUsers',
  denygroups: 'DenyGroups',
  allowgroups: 'AllowGroups',
};

export const cause = defineCause<Data>({
  id: 'auth/user-not-allowed',
  severity: 'blocks',
  title: 'sshd_config does not let this user in',
  why: 'DenyUsers, AllowUsers, DenyGroups and AllowGroups are asked in this order. As soon as one AllowUsers or AllowGroups line applies, everybody whom it does not name is refused, keys and passwords notwithstanding; the client sees only "Permission denied".',
  refs: ['sshd_config(5), AllowUsers', 'auth.c, allowed_user()', 'match.c'],
  proofs: [
    proof({
      needs: { sshdConfig, accounts, groups },
      check({ sshdConfig: config, accounts: all, groups: memberships }, attempt) {
        const account = attempt.user === undefined ? undefined : all.find(attempt.user);
        if (!account) return [];
        const decided = notAllowed(config, account, memberships, attempt);
        if (!decided) return [];
        const evidence = decided.lines.map(
          ({ file, line, text }) => ({ side: 'server', section: `file:${file}`, line, text }) as const,
        );
        const lines = decided.lines.map(({ file, line }) => ({ file, line }));
        const data = { user: account.name, keyword: WRITTEN[decided.keyword] ?? '', listed: decided.listed, lines };
        return [{ data, subject: account.name, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ user, keyword, listed, lines }) => {
    const place = lines.map(({ file, line }) => `line ${line} of ${file}`).join(' and ');
    const group = keyword.endsWith('Groups');
    if (listed) return `${keyword} in ${place} refuses ${user}${group ? ' by a group' : ''}.`;
    return `${keyword} in ${place} lets in ${group ? 'members of the groups' : 'the users'} that it names, and ${user} is not one of them.`;
  },
  masks: ['auth/key-not-authorized', 'auth/method-disabled'],
  remedy: ({ user, keyword, lines }) => ({
    refuse: 'who may log in is a decision, and this line is where somebody took it',
    manual: [
      keyword === 'AllowUsers'
        ? `If ${user} is to be let in: add the name to line ${lines[0]?.line} of ${lines[0]?.file}, run sshd -t, then reload sshd.`
        : `If ${user} is to be let in: change ${keyword} in line ${lines[0]?.line} of ${lines[0]?.file} or the groups of ${user}, run sshd -t, then reload sshd.`,
    ],
  }),
});
