import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'auth/partial-success',
    breakServer: `sed -i '1i AuthenticationMethods publickey,password' /etc/ssh/sshd_config; systemctl restart ssh`,
    fails: /Permission denied \(password\)/,
    server: { verdict: 'possible' },
    client: { verdict: 'confirmed', gates: { auth: 'closed' } },
    joined: { verdict: 'confirmed', gates: { auth: 'closed' } },
  },
];
