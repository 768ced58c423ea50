import { keyFacts } from '../../facts/access/keys.ts';
import { type Judgement, judgeOffers } from '../../facts/access/offers.ts';
import { krlSection, revocation } from '../../facts/access/revoked.ts';
import { connectionOf } from '../../facts/access/who.ts';
import { lastSaid, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { quoted } from '../../facts/sshd/evidence.ts';
import { setting } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly file: string;
  /** What is revoked, in words. */
  readonly what?: string;
  /** Why sshd refuses every key instead; ends the sentence that begins with the file. */
  readonly trouble?: string;
}

/** Of what is revoked, that which would let the login in; else all of it, when nothing else is offered. */
function mattering(judged: readonly Judgement[]): readonly Judgement[] {
  const revoked = judged.filter((one) => one.revoked);
  const otherwise = revoked.filter(({ by }) => by !== undefined);
  if (otherwise.length > 0) return otherwise;
  return revoked.length === judged.length ? revoked : [];
}

export const cause = defineCause<Data>({
  id: 'auth/key-revoked',
  severity: 'blocks',
  title: 'The key is revoked on this server (RevokedKeys)',
  why: 'RevokedKeys names a list of keys that are refused whoever has authorized them: keys as text, or a KRL of ssh-keygen -k, which can also name certificates by serial or identity, and CAs. When that file is missing or cannot be read to its end, sshd refuses all keys of everybody.',
  refs: [
    'sshd_config(5), RevokedKeys',
    'ssh-keygen(1), KEY REVOCATION LISTS',
    'PROTOCOL.krl',
    'auth.c, auth_key_is_revoked()',
  ],
  proofs: [
    proof({
      needs: keyFacts,
      check(given, attempt) {
        const judged = judgeOffers(given, attempt);
        const account = attempt.user === undefined ? undefined : given.accounts.find(attempt.user);
        const rule = setting(given.sshdConfig, 'revokedkeys', connectionOf(attempt, account, given.groups));
        const [file = 'none'] = rule.values;
        if (judged.length === 0) return undefined;
        if (judged.some(({ outcome }) => outcome === 'accepted')) return [];
        const list = revocation(given, file);
        if (list.kind === 'unknown') return undefined;
        const [one] = mattering(judged);
        if (!one?.revoked) return [];
        const { what, evidence: seen } = one.revoked;
        const entry = given.paths.get(file);
        const evidence: Evidence[] = rule.from.map(quoted);
        if (seen) evidence.push(seen);
        else if (list.kind === 'refuses' && list.why === 'malformed')
          evidence.push({ side: 'server', section: krlSection(file), text: list.detail ?? '' });
        else if (entry) evidence.push({ side: 'server', section: 'paths', line: entry.line, text: entry.text });
        const trouble =
          list.kind === 'refuses'
            ? { missing: 'does not exist', 'no-file': 'is a folder', malformed: `is a broken KRL (${list.detail})` }[
                list.why
              ]
            : `holds no key in line ${seen?.line}, at which sshd stops reading`;
        const unsure = judged.some(({ outcome }) => outcome === 'unknown');
        const verdict = unsure ? 'possible' : one.certain ? 'confirmed' : 'likely';
        return [{ data: { file, ...(what === undefined ? { trouble } : { what }) }, subject: file, verdict, evidence }];
      },
    }),
    proof({
      needs: { sshdLog, meta },
      check({ sshdLog: log, meta: { now } }, { keys, certificates }) {
        const said = lastSaid(log, now, /key \S+ (SHA256:\S+) revoked by file (\/.{1,300})$/);
        const [, key = '', file = ''] = said?.match ?? [];
        const ours = keys?.includes(key) || certificates?.some(({ fingerprint }) => fingerprint === key);
        if (!said || !ours) return [];
        return [
          { data: { file, what: `the key ${key}` }, subject: file, verdict: 'confirmed', evidence: [said.evidence] },
        ];
      },
    }),
  ],
  says: ({ file, what, trouble }) =>
    what === undefined
      ? `RevokedKeys names ${file}, which ${trouble}: sshd refuses every key of everybody.`
      : `${file} on the server revokes ${what}.`,
  masks: ['auth/key-not-authorized', 'auth/certificate-refused'],
  remedy: ({ file, what }) => ({
    refuse: what === undefined ? 'an empty list would let revoked keys in again' : 'a key is revoked for a reason',
    manual: [
      what === undefined
        ? `Bring ${file} back as it was, from a backup or from where it is made; if nothing was ever revoked, take the RevokedKeys line away, run sshd -t and reload sshd.`
        : 'Use another key; make a new one and have it authorized, or have a new certificate issued.',
    ],
  }),
});
