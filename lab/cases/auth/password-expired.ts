import type { LabCase } from '../../case.ts';
import { BY_PASSWORD, PASSWORD_UNASKED } from '../../scripts.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'auth/password-expired',
    breakServer: `chage --lastday 0 alice`,
    fails: /Password change required|expired|required to change/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    client: { first: 'session/shell-exits' },
  },
  {
    id: 'auth/password-expired',
    variant: 'of whoever types it',
    breakServer: 'chage -M 30 -d 2020-01-01 bob',
    ssh: BY_PASSWORD,
    fails: /expired|required to change/,
    server: { verdict: 'confirmed' },
    unasked: PASSWORD_UNASKED,
  },
  {
    id: 'auth/password-expired',
    variant: 'without PAM',
    breakServer: `chage -d 0 bob; sed -i '1i UsePAM no' /etc/ssh/sshd_config; systemctl restart ssh`,
    ssh: BY_PASSWORD,
    fails: /expired|required/,
    server: { verdict: 'confirmed' },
    unasked: PASSWORD_UNASKED,
  },
];
