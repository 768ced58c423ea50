import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'auth/account-locked',
    breakServer: `sed -i '1i UsePAM no' /etc/ssh/sshd_config; systemctl restart ssh`,
    fails: /Permission denied/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    client: { first: 'auth/key-not-authorized', verdict: 'possible' },
  },
];
