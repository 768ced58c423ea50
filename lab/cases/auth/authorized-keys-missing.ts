import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'auth/authorized-keys-missing',
    breakServer: 'mv /home/alice/.ssh/authorized_keys /home/alice/.ssh/authorized_keys.bak',
    fails: /Permission denied/,
    server: { verdict: 'confirmed' },
    client: { first: 'auth/key-not-authorized', verdict: 'possible' },
    joined: { verdict: 'confirmed' },
  },
];
