import type { Mismatch } from '../../facts/negotiation/mismatch.ts';
import { mismatchProofs, remedyOfMismatch, saysMismatch } from '../../facts/negotiation/proof.ts';
import { defineCause } from '../../model/cause.ts';

export const cause = defineCause<Mismatch>({
  id: 'handshake/mac-mismatch',
  severity: 'blocks',
  title: 'Client and server have no MAC in common',
  why: 'With a cipher in CTR or CBC mode both sides need a MAC that guards integrity. ChaCha20-Poly1305 and the GCM modes bring their own, so a list of MACs that is too short shows only where neither of them is agreed on: the same server then works for one client and not for another.',
  refs: ['RFC 4253, 6.4 and 7.1', 'ssh_config(5) and sshd_config(5), MACs', 'kex.c, kex_choose_conf()'],
  proofs: mismatchProofs('mac'),
  says: saysMismatch,
  remedy: remedyOfMismatch,
});
