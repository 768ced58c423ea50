import { type Account, accounts } from '../../facts/accounts.ts';
import { attemptLog } from '../../facts/client/attempt.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly user: string;
  readonly shell?: string;
  /** Exit status with which the session ended at once. */
  readonly status?: number;
  /** What it said before. */
  readonly said?: string;
}

/** Programs that end at once whatever they are asked (nologin(8), false(1), true(1)). */
const ENDS_AT_ONCE = /^(?:\/usr)?\/s?bin\/(?:nologin|false|true)$/;

const closes = (account: Account | undefined): account is Account =>
  account !== undefined && ENDS_AT_ONCE.test(account.shell);

export const cause = defineCause<Data>({
  id: 'session/shell-exits',
  severity: 'blocks',
  title: 'The login succeeds, but the shell of the account ends at once',
  why: 'sshd lets the user in and starts the login shell of the account; when that is nologin or false, or a start-up file or forced command ends it, the connection closes in the same moment. It looks like a refusal although the key was right.',
  refs: ['passwd(5)', 'nologin(8)', 'sshd(8), LOGIN PROCESS'],
  proofs: [
    proof({
      needs: { accounts },
      helps: { attemptLog },
      check({ accounts: all, attemptLog: log }, { user }) {
        const account = user === undefined ? undefined : all.find(user);
        if (!closes(account) || log?.ending === 'ok') return log?.ending === 'session-ended' ? undefined : [];
        const { name, shell } = account;
        const evidence: Evidence[] = [
          { side: 'server', section: 'accounts', line: account.line, text: `${name}: shell ${shell}` },
        ];
        if (log?.authenticated)
          evidence.push({
            side: 'client',
            section: 'attempt',
            line: log.authenticated.line,
            text: log.authenticated.text,
          });
        if (log?.endingSaid)
          evidence.push({ side: 'client', section: 'attempt', line: log.endingSaid.line, text: log.endingSaid.text });
        return [{ data: { user: name, shell }, subject: name, verdict: 'confirmed', evidence }];
      },
    }),
    proof({
      needs: { attemptLog },
      check({ attemptLog: log }, { user = '' }) {
        if (log.ending !== 'session-ended' || !log.authenticated) return [];
        const said = log.stdout.trim() || log.foreign.at(-1)?.text.trim();
        const evidence: Evidence[] = [
          { side: 'client', section: 'attempt', line: log.authenticated.line, text: log.authenticated.text },
          ...(log.endingSaid
            ? [{ side: 'client', section: 'attempt', line: log.endingSaid.line, text: log.endingSaid.text } as const]
            : []),
        ];
        const data = {
          user,
          ...(log.exitStatus === undefined ? {} : { status: log.exitStatus }),
          ...(said ? { said: said.slice(0, 200) } : {}),
        };
        return [{ data, subject: user, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ user, shell, status, said }) =>
    shell === undefined
      ? `${user} is let in, but whatever runs instead of the shell ends at once${status === undefined ? '' : ` (status ${status})`}${said === undefined ? '' : `; it says: "${said}"`}.`
      : `${user} may log in, but the shell of the account is ${shell}, which ends at once.`,
  remedy: ({ user, shell }) => ({
    refuse:
      shell === undefined
        ? 'a forced command is set by whoever runs the server'
        : 'such a shell closes an account to people on purpose',
    manual:
      shell === undefined
        ? [
            'On the server: look at the shell of the account (getent passwd), ForceCommand in sshd_config, command="…" in authorized_keys, and the start-up files of the shell.',
          ]
        : [
            `If ${user} is a person: usermod --shell /bin/bash ${user}`,
            `If it is a service: use another account, or sudo -u ${user} on the server.`,
          ],
  }),
});
