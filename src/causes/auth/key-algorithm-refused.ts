import { accountKeys, keyFacts, letIn, sure } from '../../facts/access/keys.ts';
import { connectionOf } from '../../facts/access/who.ts';
import { setting } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly user: string;
  readonly type: string;
  readonly accepted: string;
  readonly at?: { readonly file: string; readonly line: number } | undefined;
}

/** Signatures that a type of key can make (sshkey.c). */
const signatures = (type: string): readonly string[] =>
  type === 'ssh-rsa' ? ['ssh-rsa', 'rsa-sha2-256', 'rsa-sha2-512'] : [type];

export const cause = defineCause<Data>({
  id: 'auth/key-algorithm-refused',
  severity: 'blocks',
  title: 'The server does not take keys of this type',
  why: 'PubkeyAcceptedAlgorithms (PubkeyAcceptedKeyTypes before 8.5) names the signatures that count. A key of another type is refused although it is authorized: DSA keys since 7.0, RSA keys whose client can sign with SHA-1 only since 8.8, and whatever a hardened configuration leaves out.',
  refs: ['sshd_config(5), PubkeyAcceptedAlgorithms', 'auth2-pubkey.c, userauth_pubkey()'],
  proofs: [
    proof({
      needs: keyFacts,
      check(given, attempt) {
        const { keys: offered } = attempt;
        const [mine] = attempt.user === undefined ? [] : accountKeys(given, attempt);
        if (!mine || !offered || letIn(mine)) return [];
        const who = connectionOf(attempt, mine.account, given.groups);
        const rule = setting(given.sshdConfig, 'pubkeyacceptedalgorithms', who);
        const list = rule.values[0]?.split(',') ?? [];
        const keys = mine.files.flatMap((file) => file.keys.filter((key) => offered.includes(key.fingerprint)));
        const refused = keys.filter(({ type }) => !signatures(type).some((name) => list.includes(name)));
        const [key] = refused;
        if (list.length === 0 || !key || refused.length < keys.length) return [];
        const [from] = rule.from;
        const evidence: Evidence[] = rule.from.map(({ file, line, text }) => ({
          side: 'server',
          section: `file:${file}`,
          line,
          text,
        }));
        if (evidence.length === 0)
          evidence.push({ side: 'server', section: 'sshd-binary', text: `default of ${given.sshdBinary?.version}` });
        const at = from && { file: from.file, line: from.line };
        const data = { user: mine.account.name, type: key.type, accepted: list.join(', '), at };
        return [
          {
            data,
            subject: mine.account.name,
            verdict: sure(mine.offers, rule.certain ? 'confirmed' : 'likely'),
            evidence,
          },
        ];
      },
    }),
  ],
  says: ({ user, type, at }) =>
    `The key of ${user} is authorized, but sshd takes no ${type} keys${at ? ` (line ${at.line} of ${at.file})` : ''}.`,
  masks: ['auth/key-not-authorized'],
  remedy: ({ accepted, at }) => ({
    refuse: 'which algorithms count is the policy of whoever runs the server',
    manual: [
      `Use a key of a type that it takes: ${accepted.slice(0, 300)}. A new one: ssh-keygen -t ed25519`,
      ...(at ? [`Or widen line ${at.line} of ${at.file}, run sshd -t, then reload sshd.`] : []),
    ],
  }),
});
