import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'auth/password-expired',
    breakServer: `chage --lastday 0 alice`,
    fails: /Password change required|expired|required to change/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    client: { first: 'session/shell-exits' },
  },
];
