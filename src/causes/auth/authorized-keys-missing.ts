import { accountKeys, certainty, keyFacts, letIn, pathEvidence } from '../../facts/access/keys.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly user: string;
  readonly paths: readonly string[];
}

export const cause = defineCause<Data>({
  id: 'auth/authorized-keys-missing',
  severity: 'blocks',
  title: 'The account has no authorized_keys file',
  why: 'There is no file where AuthorizedKeysFile points for this account, so no key can be right. It was never made, it was made for another account, or the home directory is not mounted.',
  refs: ['sshd_config(5), AuthorizedKeysFile', 'auth2-pubkey.c'],
  proofs: [
    proof({
      needs: keyFacts,
      check(given, attempt) {
        const [mine] = attempt.user === undefined ? [] : accountKeys(given, attempt);
        if (!mine || !attempt.keys?.length || mine.files.length === 0 || letIn(mine)) return [];
        if (mine.files.some(({ status }) => status !== 'absent')) return [];
        const paths = mine.files.map(({ path }) => path);
        const evidence = paths.map((path) => pathEvidence(given.paths, path));
        const data = { user: mine.account.name, paths };
        return [{ data, subject: data.user, verdict: certainty(mine), evidence }];
      },
    }),
  ],
  says: ({ user, paths }) => `${user} has no authorized_keys: there is no ${paths.join(' and no ')}.`,
  remedy: ({ user }) => ({
    refuse: 'whom a key lets in is for the owner of the account to say',
    manual: [
      `As ${user} on the server: mkdir -p -m 700 ~/.ssh && cat KEY.pub >> ~/.ssh/authorized_keys && chmod 600 ~/.ssh/authorized_keys`,
      'Or from a machine that can still log in: ssh-copy-id.',
    ],
  }),
});
