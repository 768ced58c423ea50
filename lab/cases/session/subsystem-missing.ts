import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'session/subsystem-missing',
    breakServer: `sed -i 's|^Subsystem.*|Subsystem sftp /usr/libexec/sftp-server|' /etc/ssh/sshd_config; systemctl restart ssh`,
    loginWorks: true,
    fails: /^/,
    server: { verdict: 'confirmed', gates: { session: 'degraded' } },
    joined: { verdict: 'confirmed', gates: { session: 'degraded' } },
    unasked: 'the client asks for a command, not for a file transfer',
  },
];
