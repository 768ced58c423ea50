import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'daemon/privsep-dir-missing',
    // A unit that somebody wrote without RuntimeDirectory=, as in many containers.
    breakServer: `mkdir -p /etc/systemd/system/ssh.service.d
printf '[Service]\\nRuntimeDirectory=\\n' > /etc/systemd/system/ssh.service.d/own.conf
systemctl daemon-reload; systemctl stop ssh; rm -rf /run/sshd; systemctl start ssh || true`,
    fails: /Connection refused/,
    server: { verdict: 'confirmed', contains: ['daemon/not-running'] },
    client: { first: 'daemon/not-running', verdict: 'likely' },
    joined: { verdict: 'confirmed' },
  },
];
