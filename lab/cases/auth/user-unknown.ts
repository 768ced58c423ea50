import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'auth/user-unknown',
    ssh: { user: 'alcie' },
    fails: /Permission denied/,
    server: { verdict: 'confirmed' },
    client: { first: 'auth/key-not-authorized', verdict: 'possible', gates: { auth: 'closed' } },
    joined: { verdict: 'confirmed', gates: { handshake: 'open', auth: 'closed' } },
  },
];
