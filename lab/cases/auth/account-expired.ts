import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'auth/account-expired',
    breakServer: 'chage -E 2020-01-01 alice',
    fails: /Permission denied|Connection closed|account has expired/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    unasked: 'from outside an expired account looks like any other that is turned away after its key was taken',
  },
];
