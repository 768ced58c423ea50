import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'session/chroot-modes',
    breakServer: `printf 'Match User alice\\n  ChrootDirectory /home/%%u\\n  ForceCommand internal-sftp\\n' >> /etc/ssh/sshd_config; systemctl restart ssh`,
    fails: /Broken pipe|Connection (closed|reset)|closed by remote host/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    unasked: 'the client is told nothing',
  },
];
