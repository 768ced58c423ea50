import type { LabCase } from '../../case.ts';

const base = {
  id: 'handshake/kex-mismatch',
  fails: /no matching key exchange method found/,
  server: { verdict: 'confirmed', gates: { handshake: 'closed' } },
  client: { verdict: 'confirmed', gates: { handshake: 'closed' } },
  joined: { verdict: 'confirmed', gates: { handshake: 'closed' } },
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    breakServer: "sed -i '1i KexAlgorithms diffie-hellman-group14-sha1' /etc/ssh/sshd_config; systemctl restart ssh",
  },
  {
    ...base,
    variant: 'appliance',
    suites: ['bullseye'],
    breakServer: `
      sed -i '1i KexAlgorithms diffie-hellman-group1-sha1\\nHostKeyAlgorithms ssh-rsa\\nCiphers 3des-cbc\\nMACs hmac-sha1' /etc/ssh/sshd_config
      systemctl restart ssh`,
    afterFix: 'none',
  },
  {
    ...base,
    variant: 'client-behind',
    suites: ['bookworm'],
    breakServer: "sed -i '1i KexAlgorithms curve25519-sha256' /etc/ssh/sshd_config; systemctl restart ssh",
    breakClient: "printf 'Host web1\\n  KexAlgorithms diffie-hellman-group14-sha1\\n' >/root/.ssh/config",
  },
];
