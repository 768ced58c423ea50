import type { LabCase } from '../../case.ts';
import { NO_PENALTY } from '../../scripts.ts';

const base = {
  id: 'auth/authorized-keys-modes',
  fails: /Permission denied/,
  server: { verdict: 'confirmed' },
  client: { first: 'auth/key-not-authorized', verdict: 'possible' },
  joined: { verdict: 'confirmed' },
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'folder',
    breakServer: `${NO_PENALTY}
      chmod 777 /home/alice/.ssh`,
  },
  {
    ...base,
    variant: 'file',
    breakServer: `${NO_PENALTY}
      chgrp users /home/alice/.ssh/authorized_keys; chmod 664 /home/alice/.ssh/authorized_keys`,
  },
  {
    ...base,
    variant: 'home',
    breakServer: `${NO_PENALTY}
      chmod o+w /home/alice`,
  },
  {
    ...base,
    variant: 'owner',
    breakServer: `${NO_PENALTY}
      chown bob /home/alice/.ssh/authorized_keys; chmod 644 /home/alice/.ssh/authorized_keys`,
  },
];
