import type { LabCase } from '../../case.ts';
import { NO_PENALTY } from '../../scripts.ts';

const base = {
  id: 'auth/authorized-keys-unreadable',
  fails: /Permission denied/,
  server: { verdict: 'confirmed' },
  client: { first: 'auth/key-not-authorized', verdict: 'possible' },
  joined: { verdict: 'confirmed' },
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'the file is of root',
    breakServer: `${NO_PENALTY}
      chown root:root /home/alice/.ssh/authorized_keys`,
  },
  {
    ...base,
    variant: 'a folder of the home is of root',
    suites: ['bookworm'],
    breakServer: 'chown root:root /home/alice/.ssh',
  },
  { ...base, variant: 'a folder on the way', suites: ['bookworm'], breakServer: 'chmod 700 /home' },
];
