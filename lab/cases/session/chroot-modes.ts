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
  {
    id: 'session/chroot-modes',
    variant: 'others may write',
    suites: ['bookworm'],
    breakServer: `
      for file in /bin/bash $(ldd /bin/bash | grep -o '/[^ ]*'); do install -D "$file" "/opt/jail$file"; done
      chmod 775 /opt/jail
      printf 'Match User alice\\n  ChrootDirectory /opt/jail\\n' >> /etc/ssh/sshd_config; systemctl restart ssh`,
    fails: /Broken pipe|Connection (closed|reset)|closed by remote host/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    unasked: 'the client is told nothing',
  },
];
