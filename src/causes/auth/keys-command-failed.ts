import { lastSaid, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly what: string;
  readonly said: string;
}

export const cause = defineCause<Data>({
  id: 'auth/keys-command-failed',
  severity: 'blocks',
  title: 'The command that names the keys fails',
  why: 'Where keys come from a directory or a service, a program asks for them at every login. When it ends with an error, or the account that it runs as does not exist, sshd has no keys for anybody whom only that service knows.',
  refs: [
    'sshd_config(5), AuthorizedKeysCommand, AuthorizedKeysCommandUser',
    'auth2-pubkey.c, user_key_command_allowed2()',
  ],
  proofs: [
    proof({
      needs: { sshdLog, meta },
      check({ sshdLog: log, meta: { now } }, { user }) {
        const said = lastSaid(
          log,
          now,
          /(Authorized(?:Keys|Principals)Command)(?:User)? (?:.{1,500} (?:failed, status \d+|exited on signal \d+)|"?.{1,100}"? not found.{0,100})/,
          user,
        );
        if (!said) return [];
        const data = { what: said.match[1] ?? '', said: said.match[0] };
        return [{ data, subject: data.what, verdict: 'confirmed', evidence: [said.evidence] }];
      },
    }),
  ],
  says: ({ said }) => `sshd got no keys from the command that is to name them: ${said}.`,
  masks: ['auth/key-not-authorized', 'auth/authorized-keys-missing'],
  remedy: ({ what }) => ({
    refuse: 'what the command asks and why that fails is its own affair',
    manual: [
      `Run it by hand as the user of ${what}User and look at what it says and at its exit status.`,
      'Keep one key in the authorized_keys of an administrator for the day on which the service is down.',
    ],
  }),
});
