import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'client/key-perms',
    breakClient: 'chmod 644 /root/.ssh/id_ed25519',
    fails: /UNPROTECTED PRIVATE KEY FILE[\s\S]*Permission denied/,
    client: { verdict: 'confirmed', gates: { client: 'closed' } },
    joined: { verdict: 'confirmed', gates: { client: 'closed' } },
    unasked: 'the server sees a client without a key',
  },
];
