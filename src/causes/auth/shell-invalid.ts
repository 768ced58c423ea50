import { ACCOUNT_FILES, accounts } from '../../facts/accounts.ts';
import { paths } from '../../facts/paths.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { command } from '../../model/change.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly user: string;
  readonly shell: string;
  readonly missing: boolean;
}

export const cause = defineCause<Data>({
  id: 'auth/shell-invalid',
  severity: 'blocks',
  title: 'The login shell of the account does not exist',
  why: 'sshd refuses an account whose login shell is not there or may not be executed, whatever key or password is right. It happens when a shell was uninstalled, or when an account came from another system where the shell has another path.',
  refs: ['auth.c, allowed_user()', 'passwd(5)'],
  proofs: [
    proof({
      needs: { accounts, paths },
      check({ accounts: all, paths: table }, { user }) {
        const account = user === undefined ? undefined : all.find(user);
        if (!account) return [];
        const shell = account.shell || '/bin/sh';
        // A link is told by what it leads to; one that leads nowhere has no line for its target.
        const entry = table.get(shell);
        if (!entry || entry.type === 'link' || entry.type === 'denied') return [];
        const missing = entry.type === 'missing';
        if (!missing && entry.type === 'file' && (entry.mode & 0o111) !== 0) return [];
        const evidence = [
          { side: 'server', section: 'accounts', line: account.line, text: `${account.name}: shell ${shell}` } as const,
          { side: 'server', section: 'paths', line: entry.line, text: entry.text } as const,
        ];
        const data = { user: account.name, shell, missing };
        return [{ data, subject: account.name, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ user, shell, missing }) =>
    `sshd refuses ${user}: the login shell ${shell} ${missing ? 'does not exist' : 'is not a program that may be executed'}.`,
  masks: ['auth/key-not-authorized', 'session/shell-exits'],
  remedy: ({ user, shell }) => ({
    summary: `give the account a shell that is there (to keep ${shell}, install the package that brings it instead)`,
    risk: 'safe',
    where: 'server',
    changes: [command(`usermod --shell /bin/bash ${shellQuote(user)}`, [], ACCOUNT_FILES)],
  }),
});
