import type { Mismatch } from '../../facts/negotiation/mismatch.ts';
import { mismatchProofs, remedyOfMismatch, saysMismatch } from '../../facts/negotiation/proof.ts';
import { defineCause } from '../../model/cause.ts';

export const cause = defineCause<Mismatch>({
  id: 'handshake/host-key-algorithm-mismatch',
  severity: 'blocks',
  title: 'Client and server have no host key algorithm in common',
  why: 'The server proves who it is with a key and a signature that the client must accept. Old servers have only an RSA key and sign with SHA-1 (ssh-rsa), which OpenSSH 8.8 switched off, or a DSA key, which 10.0 no longer knows; a server with one type of key meets clients that want another.',
  refs: ['RFC 8332', 'ssh_config(5) and sshd_config(5), HostKeyAlgorithms', 'kex.c, kex_choose_conf()'],
  proofs: mismatchProofs('host-key'),
  says: saysMismatch,
  remedy: remedyOfMismatch,
});
