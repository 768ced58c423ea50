import type { LabCase } from '../../case.ts';
import { dropbear } from '../../scripts.ts';

const base = {
  id: 'handshake/host-key-changed',
  fails: /REMOTE HOST IDENTIFICATION HAS CHANGED/,
  client: { verdict: 'confirmed', gates: { handshake: 'closed' } },
  joined: { verdict: 'confirmed', gates: { handshake: 'closed' } },
  unasked: 'the server does not know which key the client knows',
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    breakServer: 'rm /etc/ssh/ssh_host_*; ssh-keygen -A; systemctl restart ssh',
  },
  {
    ...base,
    variant: 'other-machine',
    suites: ['bookworm'],
    // What answers on that port is not the sshd that the client knows; its key is filed under another name.
    breakServer: dropbear(2222, 'of its own'),
    breakClient: `
      key=$(ssh-keyscan -p 2222 -t ed25519 web1 2>/dev/null | cut -d' ' -f2-)
      echo "db1,10.77.2.99 $key" >>/root/.ssh/known_hosts`,
    ssh: { port: 2222 },
  },
  {
    ...base,
    variant: 'hashed',
    suites: ['bookworm'],
    breakServer: 'rm /etc/ssh/ssh_host_*; ssh-keygen -A; systemctl restart ssh',
    breakClient: 'ssh-keygen -q -H -f /root/.ssh/known_hosts; rm -f /root/.ssh/known_hosts.old',
  },
];
