import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'handshake/host-key-changed',
    breakServer: 'rm /etc/ssh/ssh_host_*; ssh-keygen -A; systemctl restart ssh',
    fails: /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    client: { verdict: 'confirmed', gates: { handshake: 'closed' } },
    joined: { verdict: 'confirmed', gates: { handshake: 'closed' } },
    unasked: 'the server does not know which key the client knows',
  },
];
