import type { LabCase } from '../../case.ts';
import { NO_PENALTY } from '../../scripts.ts';

const base = {
  id: 'auth/authorized-keys-malformed',
  fails: /Permission denied/,
  server: { verdict: 'likely' },
  client: { first: 'auth/key-not-authorized', verdict: 'possible' },
  joined: { verdict: 'likely' },
} as const;

const keys = '/home/alice/.ssh/authorized_keys';

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'wrapped',
    breakServer: `${NO_PENALTY}
      sed -i 's/^\\(.\\{40\\}\\)/\\1\\n/' ${keys}`,
  },
  {
    ...base,
    variant: 'without its type',
    suites: ['trixie'],
    breakServer: `${NO_PENALTY}
      sed -i 's/^ssh-ed25519 //' ${keys}`,
  },
  {
    ...base,
    variant: 'typographic quotes',
    suites: ['bullseye'],
    breakServer: `${NO_PENALTY}
      sed -i 's/^/from=\u201c10.0.0.0\\/8\u201d /' ${keys}`,
  },
];
