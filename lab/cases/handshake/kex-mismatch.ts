import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'handshake/kex-mismatch',
    breakServer: "sed -i '1i KexAlgorithms diffie-hellman-group14-sha1' /etc/ssh/sshd_config; systemctl restart ssh",
    fails: /no matching key exchange method found/,
    client: { verdict: 'confirmed', gates: { handshake: 'closed' } },
    joined: { verdict: 'confirmed', gates: { handshake: 'closed' } },
    unasked: "only the client knows the client's list",
  },
];
