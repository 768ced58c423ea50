import { expiryTime } from '../../facts/access/expiry.ts';
import { accountKeys, certainty, keyFacts, letIn } from '../../facts/access/keys.ts';
import { sectionName } from '../../facts/bundle.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly path: string;
  readonly line: number;
  readonly expiry: string;
}

export const cause = defineCause<Data>({
  id: 'auth/key-expired',
  severity: 'blocks',
  title: 'The key has expired (expiry-time=)',
  why: 'An expiry-time="…" option in authorized_keys ends a key at a moment; from then on it is refused like a key that is not there. It is a good way to let somebody in for a while, and easily forgotten.',
  refs: ['sshd(8), AUTHORIZED_KEYS FILE FORMAT, expiry-time="timespec"'],
  proofs: [
    proof({
      needs: keyFacts,
      check(given, attempt) {
        const { keys: offered } = attempt;
        const [mine] = attempt.user === undefined ? [] : accountKeys(given, attempt);
        if (!mine || !offered || letIn(mine)) return [];
        const lines = mine.files.flatMap(({ path, keys, modes }) =>
          modes.ok ? keys.filter((key) => offered.includes(key.fingerprint)).map((key) => ({ path, ...key })) : [],
        );
        const over = lines.flatMap((key) => {
          const expiry = key.options.get('expiry-time');
          const time = expiry === undefined ? undefined : expiryTime(expiry);
          if (expiry === undefined || !time || time.at - time.within >= given.meta.now) return [];
          return [{ ...key, expiry, sure: time.at + time.within < given.meta.now }];
        });
        const [key] = over;
        // One line that lets the key in is enough.
        if (!key || over.length < lines.length) return [];
        const { path, line, expiry, sure, fingerprint } = key;
        const text = `expiry-time="${expiry}" … ${fingerprint}`;
        const evidence = [{ side: 'server', section: sectionName(path), line, text } as const];
        const known = certainty(mine);
        const verdict = sure || known === 'possible' ? known : ('likely' as const);
        return [{ data: { path, line, expiry }, subject: mine.account.name, verdict, evidence }];
      },
    }),
  ],
  says: ({ path, line, expiry }) => `The key in line ${line} of ${path} was good until ${expiry} only.`,
  masks: ['auth/key-not-authorized'],
  remedy: ({ path, line }) => ({
    refuse: 'somebody decided how long this key may be used',
    manual: [`If it is to go on: change expiry-time in line ${line} of ${path}, or take the option away.`],
  }),
});
