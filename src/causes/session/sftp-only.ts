import { connectionOf } from '../../facts/access/who.ts';
import { accounts, groups } from '../../facts/accounts.ts';
import { attemptLog } from '../../facts/client/attempt.ts';
import { setting, sshdConfig } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly user: string;
  readonly at?: { readonly file: string; readonly line: number };
}

export const cause = defineCause<Data>({
  id: 'session/sftp-only',
  severity: 'blocks',
  title: 'The account is for file transfer only',
  why: 'ForceCommand internal-sftp gives an account a file server in place of a shell. A login with ssh succeeds, is told "This service allows sftp connections only." and ends; sftp and current scp work.',
  refs: ['sshd_config(5), ForceCommand', 'session.c, do_exec()'],
  proofs: [
    proof({
      needs: { sshdConfig, accounts, groups },
      helps: { attemptLog },
      check({ sshdConfig: config, accounts: all, groups: memberships, attemptLog: log }, attempt) {
        const account = attempt.user === undefined ? undefined : all.find(attempt.user);
        if (!account || log?.ending === 'ok') return [];
        const rule = setting(config, 'forcecommand', connectionOf(attempt, account, memberships));
        const [from] = rule.from;
        if (!from || !/^internal-sftp\b/.test(rule.values[0] ?? '')) return undefined;
        const { file, line, text } = from;
        const evidence = [{ side: 'server', section: `file:${file}`, line, text } as const];
        const data = { user: account.name, at: { file, line } };
        return [{ data, subject: account.name, verdict: rule.certain ? 'confirmed' : 'likely', evidence }];
      },
    }),
    proof({
      needs: { attemptLog },
      check({ attemptLog: log }, { user = '' }) {
        const said = log.stdout.split('\n').find((line) => /This service allows sftp connections only/.test(line));
        if (log.ending === 'ok' || said === undefined || !log.authenticated) return [];
        const evidence = [{ side: 'client', section: 'attempt', text: said.trim() } as const];
        return [{ data: { user }, subject: user, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ user, at }) =>
    `${user} is let in for file transfer only (sftp)${at ? `, by line ${at.line} of ${at.file}` : ''}: there is no shell.`,
  masks: ['session/shell-exits'],
  remedy: ({ user, at }) => ({
    refuse: 'an account for files alone is made so on purpose',
    manual: [
      `For files: sftp ${user}@host`,
      ...(at
        ? [
            `For a shell: take ForceCommand in line ${at.line} of ${at.file} away (and ChrootDirectory with it), run sshd -t, then reload sshd.`,
          ]
        : []),
    ],
  }),
});
