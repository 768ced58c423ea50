import { accounts } from '../../facts/accounts.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly user: string;
}

export const cause = defineCause<Data>({
  id: 'auth/user-unknown',
  severity: 'blocks',
  title: 'The server has no such user',
  why: 'sshd asks the system for the account before it looks at any key. When there is none it goes through the motions all the same, so that nobody can find out which names exist; the client sees nothing but "Permission denied". ssh takes the local user name when none is given.',
  refs: ['sshd(8)', 'getpwnam(3)', 'nsswitch.conf(5)', 'auth.c, getpwnamallow()'],
  proofs: [
    proof({
      needs: { accounts },
      check({ accounts: all }, { user }) {
        if (user === undefined || all.missing?.name !== user) return [];
        const { line } = all.missing;
        const evidence = [{ side: 'server', section: 'accounts', line, text: `no such user: ${user}` } as const];
        return [{ data: { user }, subject: user, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ user }) => `The server has no user "${user}".`,
  masks: ['auth/key-not-authorized', 'auth/authorized-keys-missing', 'auth/method-disabled'],
  remedy: ({ user }) => ({
    refuse: `whether "${user}" is a slip of the pen or an account that is to be made is for a person to say`,
    manual: ['On the client: ssh NAME@host with the right name, or "User NAME" for the host in ~/.ssh/config.'],
  }),
});
