import { accountKeys, certainty, keyFacts, letIn } from '../../facts/access/keys.ts';
import { matchesHost } from '../../facts/access/patterns.ts';
import { clientNameOf } from '../../facts/access/who.ts';
import { sectionName } from '../../facts/bundle.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly user: string;
  readonly path: string;
  readonly line: number;
  readonly allowed: string;
  readonly from: string;
}

export const cause = defineCause<Data>({
  id: 'auth/key-from-restricted',
  severity: 'blocks',
  title: 'The key is for other addresses only (from=)',
  why: 'A from="…" option in authorized_keys ties a key to addresses or names. From anywhere else the right key is refused, and the client sees only "Permission denied". A new network, NAT, a VPN or IPv6 changes the address that the server sees.',
  refs: ['sshd(8), AUTHORIZED_KEYS FILE FORMAT, from="pattern-list"', 'auth.c, auth_authorise_keyopts()'],
  proofs: [
    proof({
      needs: keyFacts,
      check(given, attempt) {
        const { keys: offered, from } = attempt;
        const [mine] = attempt.user === undefined ? [] : accountKeys(given, attempt);
        if (!mine || !offered || from === undefined || letIn(mine)) return [];
        const lines = mine.files.flatMap(({ path, keys, modes }) =>
          modes.ok ? keys.filter((key) => offered.includes(key.fingerprint)).map((key) => ({ path, ...key })) : [],
        );
        const refused = lines.filter(({ options }) => {
          const list = options.get('from');
          return list !== undefined && matchesHost(list, from, clientNameOf(attempt)) === false;
        });
        // One line that lets the key in is enough.
        if (refused.length === 0 || refused.length < lines.length) return [];
        return refused.slice(0, 1).map(({ path, line, options, fingerprint }) => {
          const allowed = options.get('from') ?? '';
          const text = `from="${allowed}" … ${fingerprint}`;
          const evidence = [{ side: 'server', section: sectionName(path), line, text } as const];
          const data = { user: mine.account.name, path, line, allowed, from };
          return { data, subject: mine.account.name, verdict: certainty(mine), evidence };
        });
      },
    }),
  ],
  says: ({ user, path, line, allowed, from }) =>
    `Line ${line} of ${path} lets this key of ${user} in from ${allowed} only, and the client comes from ${from}.`,
  masks: ['auth/key-not-authorized'],
  remedy: ({ path, line, from }) => ({
    refuse: 'the owner of the account chose from where this key may be used',
    manual: [
      'Come from an address that the line names (another network, a VPN, IPv4 instead of IPv6: ssh -4).',
      `If ${from} is to be let in: add it to from="…" in line ${line} of ${path}.`,
    ],
  }),
});
