import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'handshake/cipher-mismatch',
    breakServer: "sed -i '1i Ciphers aes256-cbc' /etc/ssh/sshd_config; systemctl restart ssh",
    fails: /no matching cipher found/,
    server: { verdict: 'confirmed', gates: { handshake: 'closed' } },
    client: { verdict: 'confirmed', gates: { handshake: 'closed' } },
    joined: { verdict: 'confirmed', gates: { handshake: 'closed' } },
  },
];
