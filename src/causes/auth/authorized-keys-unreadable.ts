import { accountKeys, certainty, keyFacts, letIn, pathEvidence } from '../../facts/access/keys.ts';
import { unreadable } from '../../facts/access/readable.ts';
import { octal } from '../../facts/paths.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly user: string;
  readonly path: string;
  readonly owner: string;
  readonly mode: string;
  readonly file: boolean;
  /** A folder of the home, or the home itself. */
  readonly own: boolean;
}

export const cause = defineCause<Data>({
  id: 'auth/authorized-keys-unreadable',
  severity: 'blocks',
  title: 'The user may not read the own authorized_keys',
  why: 'sshd reads the keys of an account with the rights of that account. A file that root made with mode 0600, or a folder on the way that does not let the user through, is as good as no file; only the log of the server says so.',
  refs: ['auth2-pubkey.c, user_key_allowed2()', 'misc.c, safe_path()'],
  proofs: [
    proof({
      needs: keyFacts,
      check(given, attempt) {
        const [mine] = attempt.user === undefined ? [] : accountKeys(given, attempt);
        if (!mine || !attempt.keys || mine.account.uid === 0 || letIn(mine)) return [];
        const { name, home } = mine.account;
        const reader = { ...mine.account, groups: given.groups.of(mine.account) };
        const closed = mine.files.flatMap(({ path, status }) =>
          status === 'absent' ? [] : (unreadable(given.paths, path, reader) ?? []),
        );
        const [entry] = closed;
        // Another file that can be read may hold the key.
        if (!entry || closed.length < mine.files.filter(({ status }) => status !== 'absent').length) return [];
        const { path, user, mode, type } = entry;
        const data = {
          user: name,
          path,
          owner: user,
          mode: octal(mode),
          file: type === 'file',
          own: path === home || path.startsWith(`${home}/`),
        };
        return [{ data, subject: path, verdict: certainty(mine), evidence: [pathEvidence(given.paths, path)] }];
      },
    }),
  ],
  says: ({ user, path, owner, mode, file }) =>
    `${user} may not ${file ? 'read' : 'enter'} ${path} (owner ${owner}, mode ${mode}), so sshd cannot read the keys there.`,
  masks: ['auth/key-not-authorized', 'auth/authorized-keys-modes', 'auth/authorized-keys-missing'],
  remedy: ({ user, path, file, own }) =>
    file
      ? {
          summary: 'give the file to its user',
          risk: 'safe',
          where: 'server',
          changes: [
            { kind: 'owner', path, owner: `${user}:` },
            { kind: 'mode', path, mode: '600' },
          ],
        }
      : own
        ? {
            summary: 'give the folder to its user',
            risk: 'safe',
            where: 'server',
            changes: [
              { kind: 'owner', path, owner: `${user}:` },
              { kind: 'mode', path, mode: 'u+rwx' },
            ],
          }
        : {
            summary: 'let the user through that folder',
            risk: 'safe',
            where: 'server',
            changes: [{ kind: 'mode', path, mode: 'o+x' }],
          },
});
