import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'auth/key-from-restricted',
    breakServer: `sed -i 's/^/from="192.0.2.0\\/24,!10.77.2.99" /' /home/alice/.ssh/authorized_keys`,
    fails: /Permission denied/,
    server: { verdict: 'confirmed' },
    client: { first: 'auth/key-not-authorized', verdict: 'possible' },
    joined: { verdict: 'confirmed' },
  },
];
