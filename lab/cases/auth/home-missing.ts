import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'auth/home-missing',
    breakServer: 'mv /home/alice /home/.not-mounted',
    fails: /Permission denied/,
    server: { verdict: 'confirmed' },
    client: { first: 'auth/key-not-authorized', verdict: 'possible' },
    joined: { verdict: 'confirmed' },
  },
];
