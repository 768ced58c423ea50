import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'daemon/not-enabled',
    breakServer: 'systemctl disable ssh',
    loginWorks: true,
    fails: /^/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    unasked: 'what happens at the next boot is not to be seen from outside',
  },
];
