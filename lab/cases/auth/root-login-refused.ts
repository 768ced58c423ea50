import type { LabCase } from '../../case.ts';
import { BY_PASSWORD, PASSWORD_UNASKED } from '../../scripts.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'auth/root-login-refused',
    breakServer: `mkdir -p -m 700 /root/.ssh; printf '%s\\n' "$PUBKEY" > /root/.ssh/authorized_keys
sed -i '1i PermitRootLogin no' /etc/ssh/sshd_config; systemctl restart ssh`,
    ssh: { user: 'root' },
    fails: /Permission denied/,
    server: { verdict: 'confirmed' },
    client: { verdict: 'likely', gates: { auth: 'closed' } },
    joined: { verdict: 'confirmed' },
  },
  {
    id: 'auth/root-login-refused',
    variant: 'password',
    breakServer: `usermod -p "$(sed -n 's/^bob:\\([^:]*\\):.*/\\1/p' /etc/shadow)" root`,
    ssh: { ...BY_PASSWORD, user: 'root' },
    fails: /Permission denied/,
    server: { verdict: 'confirmed' },
    unasked: PASSWORD_UNASKED,
  },
];
