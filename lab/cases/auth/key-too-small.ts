import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'auth/key-too-small',
    // RequiredRSASize came with 9.1.
    suites: ['bookworm', 'trixie'],
    breakServer: `
      ssh-keygen -q -t rsa -b 2048 -N '' -f /home/alice/old; chmod 644 /home/alice/old
      cat /home/alice/old.pub >> /home/alice/.ssh/authorized_keys
      sed -i '1i RequiredRSASize 3072' /etc/ssh/sshd_config; systemctl restart ssh`,
    breakClient: `
      umask 077; ssh alice@web1 cat old > /root/.ssh/old; ssh alice@web1 cat old.pub > /root/.ssh/old.pub`,
    ssh: { key: '/root/.ssh/old.pub', args: ['-i', '/root/.ssh/old', '-o', 'IdentitiesOnly=yes'] },
    fails: /Permission denied/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    client: { first: 'auth/key-not-authorized', verdict: 'possible' },
  },
];
