import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'session/forwarding-disabled',
    breakServer: `printf 'Match User alice\\n  AllowTcpForwarding no\\n' >> /etc/ssh/sshd_config; systemctl restart ssh`,
    ssh: { args: ['-o', 'RemoteForward=0 localhost:22'] },
    loginWorks: true,
    fails: /remote port forwarding failed/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    unasked: 'the client opens no tunnels of its own to find out',
  },
];
