import type { LabCase } from '../../case.ts';
import { BY_PASSWORD, PASSWORD_UNASKED } from '../../scripts.ts';

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
  {
    id: 'auth/method-disabled',
    variant: 'keys are wanted',
    breakServer: "sed -i '1i AuthenticationMethods publickey' /etc/ssh/sshd_config; systemctl restart ssh",
    ssh: BY_PASSWORD,
    fails: /Permission denied \(publickey\)/,
    server: { verdict: 'confirmed' },
    unasked: PASSWORD_UNASKED,
  },
];
