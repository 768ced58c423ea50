import type { LabCase } from '../../case.ts';
import { BY_PASSWORD, PASSWORD_UNASKED } from '../../scripts.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'auth/account-locked',
    breakServer: `sed -i '1i UsePAM no' /etc/ssh/sshd_config; systemctl restart ssh`,
    fails: /Permission denied/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    client: { first: 'auth/key-not-authorized', verdict: 'possible' },
  },
  {
    id: 'auth/account-locked',
    variant: 'no password fits',
    breakServer: 'usermod -L bob; rm /home/bob/.ssh/authorized_keys',
    ssh: BY_PASSWORD,
    fails: /Permission denied/,
    server: { verdict: 'confirmed' },
    unasked: PASSWORD_UNASKED,
  },
];
