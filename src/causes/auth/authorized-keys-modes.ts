import { accepted, accountKeys, keyFacts } from '../../facts/access/keys.ts';
import { octal, type PathEntry } from '../../facts/paths.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly user: string;
  readonly file: string;
  readonly offender: PathEntry;
  readonly fault: 'owner' | 'writable';
}

export const cause = defineCause<Data>({
  id: 'auth/authorized-keys-modes',
  severity: 'blocks',
  title: 'sshd does not trust the modes or the owner of authorized_keys',
  why: 'With StrictModes, the default, sshd ignores authorized_keys when somebody else could have written it: the file, ~/.ssh, and the home directory must belong to the user or root, and group and others must not be able to write to any of them. A careless chmod -R or a copied home does it; the client sees "Permission denied (publickey)".',
  refs: ['sshd_config(5), StrictModes', 'misc.c, safe_path()'],
  proofs: [
    proof({
      needs: keyFacts,
      check(given, attempt) {
        return accountKeys(given, attempt).flatMap((mine) => {
          if (attempt.keys && accepted(mine, attempt)) return [];
          return mine.files.flatMap(({ path, keys, modes }) => {
            if (modes.ok !== false || keys.length === 0) return [];
            const { offender, fault } = modes;
            const evidence = [{ side: 'server', section: 'paths', line: offender.line, text: offender.text } as const];
            const data = { user: mine.account.name, file: path, offender, fault };
            return [{ data, subject: offender.path, verdict: 'confirmed', evidence }];
          });
        });
      },
    }),
  ],
  says: ({ user, file, offender, fault }) => {
    const what = offender.path === file ? '' : `, so it ignores ${file}`;
    return fault === 'writable'
      ? `sshd does not trust the keys of ${user}: ${offender.path} can be written by others (mode ${octal(offender.mode)})${what}.`
      : `sshd does not trust the keys of ${user}: ${offender.path} belongs to ${offender.user}${what}.`;
  },
  masks: ['auth/key-not-authorized'],
  remedy: ({ user, offender, fault }) => ({
    summary:
      fault === 'writable'
        ? 'take the right to write from group and others, on that path alone'
        : 'give that path back to its user',
    risk: 'safe',
    where: 'server',
    commands: [
      fault === 'writable'
        ? `chmod go-w ${shellQuote(offender.path)}`
        : `chown ${shellQuote(user)}: ${shellQuote(offender.path)}`,
    ],
  }),
});
