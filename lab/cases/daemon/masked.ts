import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'daemon/masked',
    breakServer: 'systemctl stop ssh; rm -f /etc/systemd/system/ssh.service; systemctl mask ssh',
    fails: /Connection refused/,
    server: { verdict: 'confirmed', contains: ['daemon/not-running'] },
    client: { first: 'daemon/not-running', verdict: 'likely' },
    joined: { verdict: 'confirmed' },
  },
];
