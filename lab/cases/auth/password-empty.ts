import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'auth/password-empty',
    breakServer: 'passwd -q -d bob',
    ssh: { user: 'bob', password: '', args: ['-o', 'PubkeyAuthentication=no'] },
    fails: /Permission denied/,
    server: { verdict: 'confirmed' },
    unasked: 'what password somebody gives is not asked by the client',
  },
];
