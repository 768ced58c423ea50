import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'host/files-exhausted',
    breakServer: `
      mkdir -p /etc/systemd/system/ssh.service.d
      printf '[Service]\\nLimitNOFILE=7\\n' > /etc/systemd/system/ssh.service.d/files.conf
      systemctl daemon-reload
      timeout 3 systemctl restart ssh || true`,
    ssh: { args: ['-o', 'ConnectTimeout=4'] },
    fails: /Connection (closed|reset|timed out)|timed out/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    unasked: 'to a client many things look like this',
    undoLeaves: 'where sshd was in a loop of starts that fail (trixie) it stays up with the limit that it has',
  },
];
