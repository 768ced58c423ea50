import { accepted, accountKeys, certainty, keyFacts } from '../../facts/access/keys.ts';
import { connectionOf } from '../../facts/access/who.ts';
import { sectionName } from '../../facts/bundle.ts';
import { attemptLog } from '../../facts/client/attempt.ts';
import { quoted } from '../../facts/sshd/evidence.ts';
import { setting } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly user: string;
  readonly offered: readonly string[];
  /** Files that were read, and how many keys are in them; nothing from the client's side. */
  readonly files: readonly { readonly path: string; readonly keys: number }[];
  /** sshd looks in no file at all. */
  readonly nowhere?: true | undefined;
}

const FEW = 4;

export const cause = defineCause<Data>({
  id: 'auth/key-not-authorized',
  severity: 'blocks',
  title: 'The key is not among the authorized ones',
  why: 'sshd takes a key when a line of the authorized_keys file of the account holds it. It never says why it does not take one, so a key of another machine, a key that was replaced, and the wrong account all look the same from outside.',
  refs: ['sshd(8), AUTHORIZED_KEYS FILE FORMAT', 'auth2-pubkey.c'],
  proofs: [
    proof({
      needs: keyFacts,
      helps: { attemptLog },
      check(given, attempt) {
        const { keys: offered } = attempt;
        const [mine] = attempt.user === undefined ? [] : accountKeys(given, attempt);
        if (!mine || !offered?.length || accepted(mine, attempt)) return [];
        const read = mine.files.filter(({ status }) => status === 'ok');
        const holds = read.some(({ keys }) =>
          keys.some(({ fingerprint, options }) => !options.has('cert-authority') && offered.includes(fingerprint)),
        );
        const unread = mine.files.some(({ status }) => status !== 'ok' && status !== 'absent');
        // AuthorizedKeysFile none.
        const nowhere = mine.files.length === 0;
        if ((read.length === 0 && !nowhere) || holds || unread) return [];
        const evidence = read.flatMap(({ path, keys }): Evidence[] => {
          const section = sectionName(path);
          if (keys.length === 0) return [{ side: 'server', section, text: 'holds no key' }];
          return keys
            .slice(0, FEW)
            .map(({ line, fingerprint }) => ({ side: 'server', section, line, text: fingerprint }));
        });
        if (nowhere) {
          const who = connectionOf(attempt, mine.account, given.groups);
          evidence.push(...setting(given.sshdConfig, 'authorizedkeysfile', who).from.map(quoted));
        }
        for (const key of given.attemptLog?.offered ?? [])
          evidence.push({
            side: 'client',
            section: 'attempt',
            line: key.line,
            text: `offered ${key.path} ${key.fingerprint ?? ''}`,
          });
        const files = read.map(({ path, keys }) => ({ path, keys: keys.length }));
        const data = { user: mine.account.name, offered, files, ...(nowhere ? { nowhere: true as const } : {}) };
        return [{ data, subject: data.user, verdict: certainty(mine), evidence }];
      },
    }),
    proof({
      needs: { attemptLog },
      check({ attemptLog: log }, { user = '' }) {
        const refused = log.offered.filter((key) => !key.accepted);
        if (
          log.authenticated ||
          log.ending !== 'auth-failed' ||
          refused.length === 0 ||
          refused.length < log.offered.length
        )
          return [];
        const evidence: Evidence[] = refused.slice(0, FEW).map(({ path, fingerprint, line }) => ({
          side: 'client',
          section: 'attempt',
          line,
          text: `offered ${path} ${fingerprint ?? ''}`,
        }));
        if (log.endingSaid)
          evidence.push({ side: 'client', section: 'attempt', line: log.endingSaid.line, text: log.endingSaid.text });
        const data = { user, offered: refused.flatMap(({ fingerprint }) => fingerprint ?? []), files: [] };
        return [{ data, subject: user, verdict: 'possible', evidence }];
      },
    }),
  ],
  says: ({ user, offered, files, nowhere }) => {
    const keys = offered.length === 1 ? `the key ${offered[0]}` : `any of the ${offered.length} keys offered`;
    if (nowhere)
      return `sshd looks for the keys of ${user} in no file (AuthorizedKeysFile none), so it does not take ${keys}.`;
    if (files.length === 0)
      return `The server does not take ${keys} for ${user}: it may not be authorized there, or the server may not trust the file, or the account may be refused.`;
    return `${files.map(({ path, keys: n }) => `${path} (${n} key${n === 1 ? '' : 's'})`).join(' and ')} does not hold ${keys}.`;
  },
  remedy: ({ user, files }) => ({
    refuse: 'whom a key lets in is for the owner of the account to say',
    manual: [
      `On the client: is it the right key and the right user? ssh -i FILE ${user}@host`,
      `On the server, when the key is to be let in: add the line of its .pub file to ${files[0]?.path ?? '~/.ssh/authorized_keys'} (ssh-copy-id does it over another way in).`,
    ],
  }),
});
