import { accountKeys, keyFacts, letIn, sure } from '../../facts/access/keys.ts';
import { connectionOf } from '../../facts/access/who.ts';
import { quoted } from '../../facts/sshd/evidence.ts';
import { setting } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly user: string;
  readonly bits: number;
  readonly least: number;
}

/** Before RequiredRSASize (9.1) this was fixed (sshkey.h, SSH_RSA_MINIMUM_MODULUS_SIZE). */
const ALWAYS = 1024;

export const cause = defineCause<Data>({
  id: 'auth/key-too-small',
  severity: 'blocks',
  title: 'The RSA key is too small for the server',
  why: 'RequiredRSASize (since 9.1) sets how many bits an RSA key must have, 1024 by default and more on hardened hosts. A smaller key is refused although it is authorized, and the client is told no more than "Permission denied".',
  refs: ['sshd_config(5), RequiredRSASize', 'sshkey.c, sshkey_check_rsa_length()'],
  proofs: [
    proof({
      needs: keyFacts,
      check(given, attempt) {
        const [mine] = attempt.user === undefined ? [] : accountKeys(given, attempt);
        if (!mine || !attempt.keys || letIn(mine)) return [];
        const rule = setting(given.sshdConfig, 'requiredrsasize', connectionOf(attempt, mine.account, given.groups));
        const least = Number(rule.values[0] ?? ALWAYS);
        const keys = mine.files.flatMap(({ path, keys: list }) =>
          list.filter(({ fingerprint }) => attempt.keys?.includes(fingerprint)).map((key) => ({ path, ...key })),
        );
        const [small] = keys.filter(({ bits }) => bits !== undefined && bits > 0 && bits < least);
        if (!small?.bits || keys.some(({ bits }) => bits === undefined || bits >= least)) return [];
        const evidence: Evidence[] = [
          ...rule.from.map(quoted),
          {
            side: 'server',
            section: `file:${small.path}`,
            line: small.line,
            text: `${small.bits} bits ${small.fingerprint}`,
          },
        ];
        const data = { user: mine.account.name, bits: small.bits, least };
        return [
          {
            data,
            subject: small.fingerprint,
            verdict: sure(mine.offers, rule.certain ? 'confirmed' : 'likely'),
            evidence,
          },
        ];
      },
    }),
  ],
  says: ({ user, bits, least }) =>
    `The key of ${user} is authorized, but it has ${bits} bits and the server wants at least ${least}.`,
  masks: ['auth/key-not-authorized'],
  remedy: () => ({
    refuse: 'a small key can be broken; the bound is there for that',
    manual: [
      'Make a new key: ssh-keygen -t ed25519, and add its public half to authorized_keys in place of the old one.',
    ],
  }),
});
