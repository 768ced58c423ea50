import { agedForSshd, byPassword } from '../../facts/access/password.ts';
import { connectionOf } from '../../facts/access/who.ts';
import { accountOutcome, pamFacts, pamHelps } from '../../facts/pam/index.ts';
import { word } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly user: string;
  /** An administrator asked for a change at the next login. */
  readonly forced: boolean;
}

const DAY_MS = 86_400_000;

export const cause = defineCause<Data>({
  id: 'auth/password-expired',
  severity: 'blocks',
  title: 'The password of the account has expired',
  why: 'PAM asks for a new password before anything else, also of those who come with a key. Without a terminal nobody can be asked, so scp, git, Ansible and every command are turned away: "Password change required but no TTY available".',
  refs: ['shadow(5)', 'chage(1)', 'pam_unix(8)', 'session.c, do_exec_no_pty()'],
  proofs: [
    proof({
      needs: pamFacts,
      helps: pamHelps,
      check(given, attempt) {
        const account = attempt.user === undefined ? undefined : given.accounts.find(attempt.user);
        const entry = account && given.shadow?.get(account.name);
        if (!account || !entry) return [];
        const who = connectionOf(attempt, account, given.groups);
        const pam = word(given.sshdConfig, 'usepam', who) !== 'no';
        const { lastChange, max } = entry;
        const today = Math.floor(given.meta.now / DAY_MS);
        const forced = lastChange === 0;
        const old = lastChange !== undefined && max !== undefined && max >= 0 && today > lastChange + max;
        const outcome = pam ? accountOutcome(given, attempt) : undefined;
        const asks = pam
          ? outcome
            ? outcome.answer === 'new_authtok_reqd'
            : forced || old
          : byPassword(attempt) && agedForSshd(entry, given.meta.now);
        if (!asks) return [];
        const evidence = [{ side: 'server', section: 'shadow', line: entry.line, text: entry.text } as const];
        // Asked by keyboard-interactive, the new password can be given before the session begins.
        const early = byPassword(attempt) && word(given.sshdConfig, 'kbdinteractiveauthentication', who) === 'yes';
        const verdict = pam && (!outcome || early) ? 'likely' : 'confirmed';
        // sshd lets the user in, and runs passwd in place of the shell.
        return [{ data: { user: account.name, forced }, subject: account.name, verdict, evidence, closes: 'session' }];
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
