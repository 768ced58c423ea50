import type { LabCase } from '../../case.ts';
import { dropbear } from '../../scripts.ts';

const base = {
  id: 'handshake/mac-mismatch',
  fails: /no matching MAC found/,
  server: { verdict: 'confirmed', gates: { handshake: 'closed' } },
  client: { verdict: 'confirmed', gates: { handshake: 'closed' } },
  joined: { verdict: 'confirmed', gates: { handshake: 'closed' } },
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    breakServer: "sed -i '1i Ciphers aes256-ctr\\nMACs hmac-md5' /etc/ssh/sshd_config; systemctl restart ssh",
  },
  {
    ...base,
    variant: 'dropbear',
    breakServer: dropbear(2222),
    breakClient: "printf 'Host web1\\n  Ciphers aes256-ctr\\n  MACs umac-64@openssh.com\\n' >/root/.ssh/config",
    ssh: { port: 2222 },
    server: { first: null, gates: { daemon: 'open', handshake: 'unknown' } },
  },
];
