import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'handshake/mac-mismatch',
    breakServer: "sed -i '1i Ciphers aes256-ctr\\nMACs hmac-md5' /etc/ssh/sshd_config; systemctl restart ssh",
    fails: /no matching MAC found/,
    server: { verdict: 'confirmed', gates: { handshake: 'closed' } },
    client: { verdict: 'confirmed', gates: { handshake: 'closed' } },
    joined: { verdict: 'confirmed', gates: { handshake: 'closed' } },
  },
];
