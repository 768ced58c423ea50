import { accounts } from '../../facts/accounts.ts';
import { auditLog } from '../../facts/log.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { command } from '../../model/change.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly user: string;
  readonly home: string;
  readonly name: string;
  readonly context: string;
}

const REFUSED =
  /avc: +denied +\{ (?:read|open|getattr|search)[a-z ]*\} .*comm="?sshd(?:-session|-auth)?"? .*name="([^"]{1,200})" .*tcontext=(\S+) /;
const OURS = /^(?:authorized_keys2?|\.ssh)$/;

export const cause = defineCause<Data>({
  id: 'auth/selinux-context',
  severity: 'blocks',
  title: 'SELinux does not let sshd read the keys of the user',
  why: 'Under SELinux sshd reads only files that are labelled ssh_home_t (and homes labelled user_home_dir_t). A home that was restored, moved or made in another place carries another label, and the right key in the right file with the right modes is not seen.',
  unshown: 'the kernel here has no SELinux',
  refs: ['restorecon(8)', 'sshd_selinux(8)'],
  proofs: [
    proof({
      needs: { auditLog, accounts },
      check({ auditLog: log, accounts: all }, { user }) {
        const account = user === undefined ? undefined : all.find(user);
        const last = log?.findLast(({ message }) => OURS.test(REFUSED.exec(message)?.[1] ?? ''));
        const [, name, context] = REFUSED.exec(last?.message ?? '') ?? [];
        if (!account || !last || name === undefined || context === undefined) return [];
        const evidence = [{ side: 'server', section: 'log-audit', line: last.line, text: last.message } as const];
        // The line names a file, not whose it is.
        const data = { user: account.name, home: account.home, name, context };
        return [{ data, subject: account.name, verdict: 'likely', evidence }];
      },
    }),
  ],
  says: ({ name, context }) => `SELinux does not let sshd read ${name}: it is labelled ${context}, not ssh_home_t.`,
  masks: ['auth/key-not-authorized', 'auth/authorized-keys-unreadable'],
  remedy: ({ home }) => ({
    summary: 'give the files the label that the policy has for them',
    risk: 'safe',
    where: 'server',
    // A wrong label is nothing to go back to.
    changes: [command(`restorecon -RFv ${shellQuote(`${home}/.ssh`)}`, [])],
  }),
});
