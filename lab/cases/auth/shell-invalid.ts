import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'auth/shell-invalid',
    breakServer: 'usermod --shell /usr/bin/zsh alice',
    fails: /Permission denied/,
    server: { verdict: 'confirmed' },
    client: { first: 'auth/key-not-authorized', verdict: 'possible' },
    joined: { verdict: 'confirmed' },
  },
];
