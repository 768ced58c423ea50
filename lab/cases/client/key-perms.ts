import type { LabCase } from '../../case.ts';
import { NO_PENALTY } from '../../scripts.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'client/key-perms',
    breakServer: NO_PENALTY,
    breakClient: 'chmod 644 /root/.ssh/id_ed25519',
    fails: /UNPROTECTED PRIVATE KEY FILE[\s\S]*Permission denied/,
    client: { verdict: 'confirmed', gates: { client: 'closed' } },
    joined: { verdict: 'confirmed', gates: { client: 'closed' } },
    unasked: 'the server sees a client without a key',
  },
];
