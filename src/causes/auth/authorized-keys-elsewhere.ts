import { parseAuthorizedKeys } from '../../facts/access/authorized-keys.ts';
import { accepted, accountKeys, keyFacts, sure } from '../../facts/access/keys.ts';
import { connectionOf } from '../../facts/access/who.ts';
import { sectionName } from '../../facts/bundle.ts';
import { setting } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly user: string;
  /** Where the key stands. */
  readonly holds: string;
  readonly looked: readonly string[];
  readonly at?: { readonly file: string; readonly line: number } | undefined;
}

export const cause = defineCause<Data>({
  id: 'auth/authorized-keys-elsewhere',
  severity: 'blocks',
  title: 'The key stands where sshd does not look',
  why: 'AuthorizedKeysFile can point anywhere: to a folder that only the administrator may write, to a share, to nothing at all. What stands in ~/.ssh/authorized_keys then counts for nothing, though every tutorial and ssh-copy-id put the key there.',
  refs: ['sshd_config(5), AuthorizedKeysFile'],
  proofs: [
    proof({
      needs: keyFacts,
      check(given, attempt) {
        const account = attempt.user === undefined ? undefined : given.accounts.find(attempt.user);
        const { keys } = attempt;
        if (!account || !keys) return [];
        const where = setting(given.sshdConfig, 'authorizedkeysfile', connectionOf(attempt, account, given.groups));
        const [mine] = accountKeys(given, attempt);
        if (where.from.length === 0 || (mine && accepted(mine, attempt))) return [];
        const looked = mine?.files.map(({ path }) => path) ?? [];
        for (const name of ['authorized_keys', 'authorized_keys2']) {
          const holds = `${account.home}/.ssh/${name}`;
          const found = given.files.get(holds);
          if (looked.includes(holds) || found?.status !== 'ok') continue;
          const key = parseAuthorizedKeys(found.text.split('\n')).keys.find((one) => keys.includes(one.fingerprint));
          if (!key) continue;
          const [from] = where.from;
          const evidence = [
            ...where.from.map(
              ({ file, line, text }) => ({ side: 'server', section: `file:${file}`, line, text }) as const,
            ),
            { side: 'server', section: sectionName(holds), line: key.line, text: key.fingerprint } as const,
          ];
          const data = { user: account.name, holds, looked, at: from && { file: from.file, line: from.line } };
          return [
            {
              data,
              subject: account.name,
              verdict: sure(mine?.offers ?? [], where.certain ? 'confirmed' : 'likely'),
              evidence,
            },
          ];
        }
        return [];
      },
    }),
  ],
  says: ({ user, holds, looked, at }) =>
    `The key of ${user} stands in ${holds}, but sshd looks in ${looked.join(' and ') || 'no file'}${at ? ` (line ${at.line} of ${at.file})` : ''}.`,
  masks: ['auth/key-not-authorized', 'auth/authorized-keys-missing'],
  remedy: ({ holds, looked, at }) => ({
    refuse: 'where keys are taken from is a decision of whoever runs the server',
    manual: [
      ...(looked[0] ? [`To let the key in: add its line of ${holds} to ${looked[0]}.`] : []),
      `To look in the home directory again: change AuthorizedKeysFile${at ? ` in line ${at.line} of ${at.file}` : ''}, run sshd -t, then reload sshd.`,
    ],
  }),
});
