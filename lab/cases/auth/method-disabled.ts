import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'auth/method-disabled',
    variant: 'keys',
    breakServer: "sed -i '1i PubkeyAuthentication no' /etc/ssh/sshd_config; systemctl restart ssh",
    fails: /Permission denied \((password|keyboard)/,
    server: { verdict: 'confirmed' },
    client: { verdict: 'confirmed', gates: { auth: 'closed' } },
    joined: { verdict: 'confirmed' },
  },
  {
    id: 'auth/method-disabled',
    variant: 'passwords',
    breakServer:
      "rm /home/bob/.ssh/authorized_keys; sed -i '1i PasswordAuthentication no\\nKbdInteractiveAuthentication no\\nChallengeResponseAuthentication no' /etc/ssh/sshd_config; systemctl restart ssh",
    ssh: { user: 'bob', password: 'correct horse battery staple' },
    fails: /Permission denied \(publickey\)/,
    server: { verdict: 'confirmed' },
    unasked: 'sshwhy sends no password, so from the client it asks about the key that bob does not have',
  },
];
