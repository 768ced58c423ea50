import { accepted, accountKeys, certainty, keyFacts } from '../../facts/access/keys.ts';
import { type ModesFault, octal } from '../../facts/paths.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly user: string;
  readonly home: string;
  readonly file: string;
  readonly faults: readonly ModesFault[];
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
            const evidence = modes.faults.map(
              ({ entry }) => ({ side: 'server', section: 'paths', line: entry.line, text: entry.text }) as const,
            );
            const { name, home } = mine.account;
            const data = { user: name, home, file: path, faults: modes.faults };
            return [{ data, subject: path, verdict: certainty(mine), evidence }];
          });
        });
      },
    }),
  ],
  says: ({ user, file, faults }) => {
    const told = faults.map(({ entry, fault }) =>
      fault === 'writable'
        ? `${entry.path} can be written by others (mode ${octal(entry.mode)})`
        : `${entry.path} belongs to ${entry.user}`,
    );
    return `sshd does not trust the keys of ${user} in ${file}: ${told.join(', and ')}.`;
  },
  masks: ['auth/key-not-authorized'],
  remedy: ({ user, home, faults }) => {
    const own = (path: string): boolean => path === home || path.startsWith(`${home}/`);
    return {
      summary: 'let only the owner write to exactly what is named, and give back what belongs to somebody else',
      risk: 'safe',
      where: 'server',
      changes: faults.map(({ fault, entry: { path } }) =>
        fault === 'writable'
          ? { kind: 'mode', path, mode: 'go-w' }
          : // What is not in the user's home is root's to hold.
            { kind: 'owner', path, owner: own(path) ? `${user}:` : 'root:' },
      ),
    };
  },
});
