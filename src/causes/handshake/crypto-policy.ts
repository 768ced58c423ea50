import type { Mismatch } from '../../facts/negotiation/mismatch.ts';
import { mismatchProofs, saysMismatch, steps } from '../../facts/negotiation/proof.ts';
import { type Kind, NEGOTIABLE } from '../../knowledge/negotiable.ts';
import { defineCause, type Proof } from '../../model/cause.ts';

const KINDS = Object.keys(NEGOTIABLE) as Kind[];

/** The same proof for all kinds of lists, where a policy made the list that is too short. */
function ofPolicy(at: number): Proof<Mismatch> | undefined {
  const all = KINDS.flatMap((kind) => mismatchProofs(kind)[at] ?? []);
  const [first] = all;
  return (
    first && {
      ...first,
      check: (given, attempt) => {
        const seen = all.map((one) => one.check(given, attempt));
        if (seen.every((found) => found === undefined)) return undefined;
        return seen.flatMap((found) => found ?? []).filter(({ data }) => data.policy !== undefined);
      },
    }
  );
}

export const cause = defineCause<Mismatch>({
  id: 'handshake/crypto-policy',
  severity: 'blocks',
  title: 'The system-wide policy of cryptography removes what the other side needs',
  why: 'Fedora, RHEL and their kin keep one policy for all programs (update-crypto-policies) and include its lists into ssh_config and sshd_config before anything of one’s own. DEFAULT of RHEL 9 takes SHA-1 away, FUTURE much more: old devices and old clients then find nothing in common, though no line of sshd_config says so.',
  refs: ['crypto-policies(7)', 'update-crypto-policies(8)', 'sshd_config(5), Include'],
  proofs: mismatchProofs('kex').flatMap((_, i) => ofPolicy(i) ?? []),
  says: (data) =>
    `The policy in ${data.policy?.file} of the ${data.policy?.side} decides: ${lowerFirst(saysMismatch(data))}`,
  masks: [
    'handshake/kex-mismatch',
    'handshake/host-key-algorithm-mismatch',
    'handshake/cipher-mismatch',
    'handshake/mac-mismatch',
  ],
  remedy: (data) => ({
    refuse: 'the policy holds for every program of that machine',
    manual: [
      `See which one it is on the ${data.policy?.side}: update-crypto-policies --show`,
      ...steps(data),
      data.policy?.side === 'server'
        ? 'A line of your own counts only before the Include of the policy: the first value wins.'
        : 'A line in ~/.ssh/config comes before that of the policy: the first value wins.',
    ],
  }),
});

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
