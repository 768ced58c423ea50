import type { LabCase } from '../../case.ts';

const base = {
  id: 'auth/authorized-keys-modes',
  fails: /Permission denied/,
  server: { verdict: 'confirmed' },
  client: { first: 'auth/key-not-authorized', verdict: 'possible' },
  joined: { verdict: 'confirmed' },
} as const;

export const cases: readonly LabCase[] = [
  { ...base, variant: 'folder', breakServer: 'chmod 777 /home/alice/.ssh' },
  {
    ...base,
    variant: 'file',
    breakServer: 'chgrp users /home/alice/.ssh/authorized_keys; chmod 664 /home/alice/.ssh/authorized_keys',
  },
  { ...base, variant: 'home', breakServer: 'chmod o+w /home/alice' },
  {
    ...base,
    variant: 'owner',
    breakServer: 'chown bob /home/alice/.ssh/authorized_keys; chmod 644 /home/alice/.ssh/authorized_keys',
  },
];
