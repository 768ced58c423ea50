import { accounts, shadow } from '../../facts/accounts.ts';
import { file } from '../../facts/files.ts';
import { meta } from '../../facts/meta.ts';
import { setting, sshdConfig } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly user: string;
  /** An administrator asked for a change at the next login. */
  readonly forced: boolean;
}

const DAY_MS = 86_400_000;
const common = file('/etc/pam.d/common-account');
const pam = file('/etc/pam.d/sshd');

export const cause = defineCause<Data>({
  id: 'auth/password-expired',
  severity: 'blocks',
  title: 'The password of the account has expired',
  why: 'PAM asks for a new password before anything else, also of those who come with a key. Without a terminal nobody can be asked, so scp, git, Ansible and every command are turned away: "Password change required but no TTY available".',
  refs: ['shadow(5)', 'chage(1)', 'pam_unix(8)', 'session.c, do_exec_no_pty()'],
  proofs: [
    proof({
      needs: { accounts, shadow, meta, sshdConfig, pam },
      helps: { common },
      check(
        { accounts: all, shadow: passwords, meta: { now }, sshdConfig: config, pam: stack, common: shared },
        { user },
      ) {
        const account = user === undefined ? undefined : all.find(user);
        const entry = account && passwords?.get(account.name);
        const asks = [...(stack ?? []), ...(shared ?? [])].some((line) => /^\s*account\s.*pam_unix\.so/.test(line));
        if (!account || !entry || !asks || setting(config, 'usepam', {}).values[0]?.toLowerCase() === 'no') return [];
        const { lastChange, max } = entry;
        const today = Math.floor(now / DAY_MS);
        const forced = lastChange === 0;
        const old = lastChange !== undefined && max !== undefined && max >= 0 && today > lastChange + max;
        if (!forced && !old) return [];
        const evidence = [{ side: 'server', section: 'shadow', line: entry.line, text: entry.text } as const];
        return [
          // sshd lets the user in, and runs passwd in place of the shell.
          {
            data: { user: account.name, forced },
            subject: account.name,
            verdict: 'confirmed',
            evidence,
            closes: 'session',
          },
        ];
      },
    }),
  ],
  says: ({ user, forced }) =>
    `${user} must choose a new password first${forced ? ' (an administrator asked for it)' : ': the old one has expired'}, and that needs a terminal; commands and file copies are turned away.`,
  masks: ['session/shell-exits'],
  remedy: ({ user }) => ({
    refuse: 'how long a password is good for is a policy, and the new one is for its owner to choose',
    manual: [
      `With the old password at hand: ssh -t ${user}@host, and answer the question.`,
      `As root, for an account that comes with keys alone: chage --maxdays -1 --lastday "$(date +%F)" ${user}`,
    ],
  }),
});
