import { connectionOf } from '../../facts/access/who.ts';
import { accounts, groups } from '../../facts/accounts.ts';
import { setting, sshdConfig } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly user: string;
  readonly at: { readonly file: string; readonly line: number };
}

export const cause = defineCause<Data>({
  id: 'session/max-sessions',
  severity: 'blocks',
  title: 'No session may be opened (MaxSessions)',
  why: 'MaxSessions limits the shells, commands and file transfers that share one connection. 0 allows none at all: the login succeeds and only forwarding works. With 1 or more a multiplexed connection (ControlMaster) can run out of them.',
  refs: ['sshd_config(5), MaxSessions', 'session.c, session_open()'],
  proofs: [
    proof({
      needs: { sshdConfig, accounts, groups },
      check({ sshdConfig: config, accounts: all, groups: memberships }, attempt) {
        const account = attempt.user === undefined ? undefined : all.find(attempt.user);
        if (!account) return [];
        const rule = setting(config, 'maxsessions', connectionOf(attempt, account, memberships));
        const [from] = rule.from;
        if (!from || rule.values[0] !== '0') return [];
        const { file, line, text } = from;
        const evidence = [{ side: 'server', section: `file:${file}`, line, text } as const];
        const data = { user: account.name, at: { file, line } };
        return [{ data, subject: account.name, verdict: rule.certain ? 'confirmed' : 'likely', evidence }];
      },
    }),
  ],
  says: ({ user, at }) =>
    `MaxSessions 0 in line ${at.line} of ${at.file} lets ${user} in, but allows no shell and no command.`,
  masks: ['session/shell-exits'],
  remedy: ({ at }) => ({
    refuse: 'a login for forwarding alone is made so on purpose',
    manual: [
      'For a tunnel: ssh -N -L …',
      `For a shell: change line ${at.line} of ${at.file} (the default is 10), run sshd -t, then reload sshd.`,
    ],
  }),
});
