import { ACCOUNT_FILES, accounts, groups } from '../../facts/accounts.ts';
import { daemon, unitName } from '../../facts/daemon.ts';
import { sshdTest } from '../../facts/sshd-test.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { command, startAnew } from '../../model/change.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly user: string;
  readonly group?: string;
  readonly unit: string;
  readonly running: boolean;
}

export const cause = defineCause<Data>({
  id: 'daemon/privsep-user-missing',
  severity: 'blocks',
  title: 'The account of the unprivileged part of sshd is missing',
  why: 'Before somebody is let in, sshd does the talking as the user sshd, who may do nothing else. The package makes the account; a cleaned-up or restored passwd file loses it. Then sshd does not start, and one that runs turns every connection away.',
  refs: ['sshd(8)', 'sshd.c, main()'],
  proofs: [
    proof({
      needs: { sshdTest, daemon },
      helps: { accounts, groups },
      check({ sshdTest: test, daemon: state, accounts: all, groups: memberships }) {
        const said = test?.complaints.find(({ text }) => /^Privilege separation user \S+ does not exist/.test(text));
        const user = /user (\S+) does/.exec(said?.text ?? '')?.[1];
        if (!said || user === undefined || all?.find(user)) return [];
        const evidence = [{ side: 'server', section: 'sshd-test', line: said.line, text: said.text } as const];
        const group = [user, 'nogroup'].find((name) => memberships?.has(name));
        const data = { user, unit: unitName(state), running: state.listening.length > 0, ...(group && { group }) };
        return [{ data, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ user, running }) =>
    `The account ${user}, as which the unprivileged part of sshd runs, does not exist: sshd ${running ? 'turns every connection away' : 'does not start'}.`,
  masks: ['daemon/not-running', 'daemon/start-limit-hit'],
  remedy: ({ user, group, unit, running }) => ({
    summary: 'make the account, as the package does',
    risk: 'safe',
    where: 'server',
    changes: [
      command(
        `useradd --system --no-create-home --home-dir /run/sshd --shell /usr/sbin/nologin ${group ? `--gid ${shellQuote(group)} ` : ''}${shellQuote(user)}`,
        [],
        ACCOUNT_FILES,
      ),
      ...(running ? [] : [startAnew(unit)]),
    ],
  }),
});
