import { accepted, accountKeys, keyFacts, sure } from '../../facts/access/keys.ts';
import { mendKeyLine } from '../../facts/access/mend-key-line.ts';
import { sectionName } from '../../facts/bundle.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Change } from '../../model/change.ts';

interface Data {
  readonly user: string;
  readonly path: string;
  readonly lines: readonly { readonly line: number; readonly why: string }[];
  /** Makes the line of the offered key whole again, where the damage can be told. */
  readonly mend?: readonly Change[];
}

const FEW = 5;

export const cause = defineCause<Data>({
  id: 'auth/authorized-keys-malformed',
  severity: 'blocks',
  title: 'A line of authorized_keys that sshd passes over',
  why: 'One key is one line: options, type, base64, comment. A key that an editor or a chat wrapped, a type that was not copied, typographic quotes around options, or a private key in place of the public one make a line that sshd skips without a word.',
  refs: ['sshd(8), AUTHORIZED_KEYS FILE FORMAT', 'auth2-pubkeyfile.c'],
  proofs: [
    proof({
      needs: keyFacts,
      check(given, attempt) {
        const { keys: offered } = attempt;
        const [mine] = attempt.user === undefined ? [] : accountKeys(given, attempt);
        if (!mine || !offered?.length || accepted(mine, attempt)) return [];
        return mine.files.flatMap(({ path, skipped, keys }) => {
          if (skipped.length === 0 || keys.some(({ fingerprint }) => offered.includes(fingerprint))) return [];
          const evidence = skipped
            .slice(0, FEW)
            .map(({ line, why }) => ({ side: 'server', section: sectionName(path), line, text: why }) as const);
          const text = given.files.get(path)?.text ?? '';
          const mend = mendKeyLine(path, text.split('\n'), skipped, offered);
          const data = { user: mine.account.name, path, lines: skipped, ...(mend && { mend }) };
          return [{ data, subject: path, verdict: sure(mine.offers, 'likely'), evidence }];
        });
      },
    }),
  ],
  says: ({ path, lines }) => {
    const [first, ...more] = lines;
    const others = more.length === 0 ? '' : `, nor ${more.length} other${more.length === 1 ? '' : 's'}`;
    return `sshd cannot read line ${first?.line} of ${path} (${first?.why})${others}, and the key offered is in no other line.`;
  },
  masks: ['auth/key-not-authorized'],
  remedy: ({ path, lines, mend }) =>
    mend
      ? {
          summary: 'make the line of the offered key whole again; it holds that key and no other',
          risk: 'safe',
          where: 'server',
          changes: mend,
        }
      : {
          refuse: 'which key that line was to be only its owner knows',
          manual: [
            `Replace line ${lines[0]?.line} of ${path} by the one line of the .pub file, whole and as it is.`,
            `Check: ssh-keygen -l -f ${path} names every key in it.`,
          ],
        },
});
