import type { LabCase } from '../../case.ts';

const folder = '/etc/crypto-policies/back-ends';

export const cases: readonly LabCase[] = [
  {
    id: 'handshake/crypto-policy',
    variant: 'server',
    breakServer: `
      mkdir -p ${folder}
      printf 'Ciphers aes256-ctr\\nMACs hmac-sha2-512-etm@openssh.com\\nKexAlgorithms ecdh-sha2-nistp521\\n' >${folder}/opensshserver.config
      sed -i '1i Include ${folder}/opensshserver.config' /etc/ssh/sshd_config
      systemctl restart ssh`,
    breakClient: "printf 'Host web1\\n  KexAlgorithms curve25519-sha256\\n' >/root/.ssh/config",
    fails: /no matching key exchange method found/,
    server: { verdict: 'confirmed', gates: { handshake: 'closed' } },
    client: { first: 'handshake/kex-mismatch', verdict: 'confirmed' },
    joined: { verdict: 'confirmed', contains: ['handshake/kex-mismatch'], gates: { handshake: 'closed' } },
  },
  {
    id: 'handshake/crypto-policy',
    variant: 'client',
    suites: ['bullseye', 'bookworm'],
    breakServer: `
      sed -i '1i HostKeyAlgorithms ssh-rsa' /etc/ssh/sshd_config
      systemctl restart ssh`,
    breakClient: `
      mkdir -p ${folder}
      printf 'HostKeyAlgorithms ssh-ed25519,rsa-sha2-512,rsa-sha2-256\\n' >${folder}/openssh.config
      sed -i '1i Include ${folder}/openssh.config' /etc/ssh/ssh_config`,
    fails: /no matching host key type found/,
    client: {
      verdict: 'confirmed',
      contains: ['handshake/host-key-algorithm-mismatch'],
      gates: { handshake: 'closed' },
    },
    joined: { verdict: 'confirmed', gates: { handshake: 'closed' } },
    unasked: "the server does not know the client's policy",
  },
];
