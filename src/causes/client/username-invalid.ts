import { attemptLog } from '../../facts/client/attempt.ts';
import { cite } from '../../facts/client/cite.ts';
import { sshConfigCheck } from '../../facts/client/ssh-config.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly user?: string;
}

const SAID = /^remote username contains invalid characters/m;

export const cause = defineCause<Data>({
  id: 'client/username-invalid',
  severity: 'blocks',
  title: 'ssh does not accept the user name',
  why: 'A user name given on the command line may not begin with a dash, end in a backslash, or hold quotes, shell metacharacters or a blank before a dash: ssh hands it to shells by %r in ProxyCommand and LocalCommand. A name pasted with its quotes, or a domain name with a trailing backslash, is enough.',
  refs: ['ssh.c, valid_ruser()', 'ssh_config(5), User'],
  proofs: [
    proof({
      needs: { sshConfigCheck },
      check({ sshConfigCheck: { rc, stderr, argv } }) {
        const said = SAID.exec(stderr)?.[0];
        if (rc === 0) return undefined;
        if (said === undefined) return [];
        const user = argv[argv.indexOf('-l') + 1];
        const data = argv.includes('-l') && user !== undefined ? { user } : {};
        return [{ data, verdict: 'confirmed', evidence: [{ side: 'client', section: 'ssh-config', text: said }] }];
      },
    }),
    proof({
      needs: { attemptLog },
      check({ attemptLog: { ending, endingSaid } }, { user }) {
        if (ending !== 'user-invalid') return [];
        return [{ data: user === undefined ? {} : { user }, verdict: 'confirmed', evidence: cite(endingSaid) }];
      },
    }),
  ],
  says: ({ user }) =>
    `ssh does not connect as ${user === undefined ? 'this user' : `"${user}"`}: the name holds characters that it does not accept.`,
  remedy: () => ({
    refuse: 'which account was meant is not to be guessed',
    manual: [
      'Type the name as it stands in the account database of the server (getent passwd), without quotes and blanks.',
      'A name that really has such characters can be set as User in ~/.ssh/config.',
    ],
  }),
});
