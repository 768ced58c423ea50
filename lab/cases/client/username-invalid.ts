import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'client/username-invalid',
    suites: ['bookworm'],
    breakClient: 'true # the name itself is wrong',
    ssh: { user: 'alice -x' },
    fails: /remote username contains invalid characters/,
    client: { verdict: 'confirmed', gates: { client: 'closed' } },
    unasked: 'no connection is made',
  },
];
