import type { Mismatch } from '../../facts/negotiation/mismatch.ts';
import { mismatchProofs, remedyOfMismatch, saysMismatch } from '../../facts/negotiation/proof.ts';
import { defineCause } from '../../model/cause.ts';

export const cause = defineCause<Mismatch>({
  id: 'handshake/kex-mismatch',
  severity: 'blocks',
  title: 'Client and server have no key exchange method in common',
  why: 'Both sides send lists of methods and take the first of the client that the server also has. An old server (or device) offers only methods that newer clients have switched off; a hardened list on either side can be too short as well.',
  refs: ['RFC 4253, 7.1', 'ssh_config(5) and sshd_config(5), KexAlgorithms', 'kex.c, kex_choose_conf()'],
  proofs: mismatchProofs('kex'),
  says: saysMismatch,
  remedy: remedyOfMismatch,
});
