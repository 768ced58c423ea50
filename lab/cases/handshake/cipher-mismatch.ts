import type { LabCase } from '../../case.ts';
import { tinyssh } from '../../scripts.ts';

const base = {
  id: 'handshake/cipher-mismatch',
  fails: /no matching cipher found/,
  server: { verdict: 'confirmed', gates: { handshake: 'closed' } },
  client: { verdict: 'confirmed', gates: { handshake: 'closed' } },
  joined: { verdict: 'confirmed', gates: { handshake: 'closed' } },
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    breakServer: "sed -i '1i Ciphers aes256-cbc' /etc/ssh/sshd_config; systemctl restart ssh",
  },
  {
    ...base,
    variant: 'tinyssh',
    breakServer: tinyssh(2222),
    breakClient: "printf 'Host web1\\n  Ciphers aes256-gcm@openssh.com,aes256-ctr\\n' >/root/.ssh/config",
    ssh: { port: 2222 },
    server: { first: null, gates: { daemon: 'open', handshake: 'unknown' } },
    // What is next is its host key, which is not the known one.
    afterFix: 'none',
  },
];
