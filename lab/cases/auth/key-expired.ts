import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'auth/key-expired',
    breakServer: `sed -i 's/^/expiry-time="20240131" /' /home/alice/.ssh/authorized_keys`,
    fails: /Permission denied/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    client: { first: 'auth/key-not-authorized', verdict: 'possible' },
  },
];
