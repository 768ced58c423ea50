import { expandTokens } from '../../facts/access/key-files.ts';
import { keyFacts, sure } from '../../facts/access/keys.ts';
import { judgeOffers } from '../../facts/access/offers.ts';
import { connectionOf } from '../../facts/access/who.ts';
import { setting } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly user: string;
  readonly home: string;
}

export const cause = defineCause<Data>({
  id: 'auth/home-missing',
  severity: 'blocks',
  title: 'The home directory of the account is not there',
  why: 'Keys stand in the home directory, so an account without one has no keys. Its file system was not mounted, is encrypted until the user has logged in some other way, or the directory was never made.',
  refs: ['sshd_config(5), AuthorizedKeysFile', 'passwd(5)'],
  proofs: [
    proof({
      needs: keyFacts,
      check(given, attempt) {
        const { accounts: all, groups, paths, sshdConfig } = given;
        const account = attempt.user === undefined ? undefined : all.find(attempt.user);
        const entry = account && paths.get(account.home);
        if (!account || entry?.type !== 'missing') return [];
        const { name, home, line } = account;
        const keysIn = setting(sshdConfig, 'authorizedkeysfile', connectionOf(attempt, account, groups));
        const inHome = keysIn.values.every((pattern) => expandTokens(pattern, account).startsWith(`${home}/`));
        const evidence = [
          { side: 'server', section: 'accounts', line, text: `${name}: home ${home}` } as const,
          { side: 'server', section: 'paths', line: entry.line, text: entry.text } as const,
        ];
        // A certificate needs no file of the home directory.
        const offers = judgeOffers(given, attempt);
        const keysOnly = attempt.keys && !offers.some(({ outcome }) => outcome === 'accepted');
        const verdict = sure(offers, 'confirmed');
        const observed = { data: { user: name, home }, subject: name, verdict, evidence };
        return [inHome && keysOnly ? observed : { ...observed, latent: true as const }];
      },
    }),
  ],
  says: ({ user, home }) => `The home directory of ${user}, ${home}, does not exist, and the keys of ${user} with it.`,
  masks: ['auth/authorized-keys-missing', 'auth/key-not-authorized'],
  remedy: ({ user, home }) => ({
    refuse: 'an empty directory in its place would hide what should be mounted there',
    manual: [
      `See whether something should be mounted: findmnt --fstab; mount -a`,
      `If the account is new: mkhomedir_helper ${user}, then put the key into ${home}/.ssh/authorized_keys.`,
    ],
  }),
});
