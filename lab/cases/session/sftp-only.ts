import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'session/sftp-only',
    breakServer: `printf 'Match User alice\\n  ForceCommand internal-sftp\\n' >> /etc/ssh/sshd_config; systemctl restart ssh`,
    fails: /allows sftp connections only/,
    server: { verdict: 'confirmed' },
    client: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed', gates: { session: 'closed' } },
  },
];
