import type { Mismatch } from '../../facts/negotiation/mismatch.ts';
import { mismatchProofs, remedyOfMismatch, saysMismatch } from '../../facts/negotiation/proof.ts';
import { defineCause } from '../../model/cause.ts';

export const cause = defineCause<Mismatch>({
  id: 'handshake/cipher-mismatch',
  severity: 'blocks',
  title: 'Client and server have no cipher in common',
  why: 'The cipher is the first of the client that the server also has. Devices that know only CBC modes or 3DES meet clients that have switched those off (OpenSSH 6.7 and 7.6), and lists that were hardened on both sides can miss each other.',
  refs: ['RFC 4253, 7.1', 'ssh_config(5) and sshd_config(5), Ciphers', 'kex.c, kex_choose_conf()'],
  proofs: mismatchProofs('cipher'),
  says: saysMismatch,
  remedy: remedyOfMismatch,
});
