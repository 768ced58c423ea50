import type { LabCase } from '../../case.ts';
import { tinyssh } from '../../scripts.ts';

const base = {
  id: 'handshake/host-key-algorithm-mismatch',
  fails: /no matching host key type found/,
  server: { verdict: 'confirmed', gates: { handshake: 'closed' } },
  client: { verdict: 'confirmed', gates: { handshake: 'closed' } },
  joined: { verdict: 'confirmed', gates: { handshake: 'closed' } },
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    breakServer: "sed -i '1i HostKeyAlgorithms ssh-rsa' /etc/ssh/sshd_config; systemctl restart ssh",
  },
  {
    ...base,
    variant: 'one-key-type',
    suites: ['bookworm'],
    breakServer: "sed -i '1i HostKey /etc/ssh/ssh_host_ed25519_key' /etc/ssh/sshd_config; systemctl restart ssh",
    breakClient: "printf 'Host web1\\n  HostKeyAlgorithms rsa-sha2-512\\n' >/root/.ssh/config",
  },
  {
    ...base,
    variant: 'tinyssh',
    breakServer: tinyssh(2222),
    breakClient: "printf 'Host web1\\n  HostKeyAlgorithms rsa-sha2-512,rsa-sha2-256\\n' >/root/.ssh/config",
    ssh: { port: 2222 },
    server: { first: null, gates: { daemon: 'open', handshake: 'unknown' } },
  },
];
