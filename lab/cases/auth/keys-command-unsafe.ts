import type { LabCase } from '../../case.ts';
import { NO_PENALTY } from '../../scripts.ts';

const named = (folder: string): string => `${NO_PENALTY}
mkdir -p ${folder}; cp /home/alice/.ssh/authorized_keys ${folder}/alice; rm /home/alice/.ssh/authorized_keys
printf '#!/bin/sh\\ncat ${folder}/"$1"\\n' > ${folder}/command; chmod 757 ${folder}/command; chmod 644 ${folder}/alice
sed -i '1i AuthorizedKeysCommand ${folder}/command %u\\nAuthorizedKeysCommandUser nobody' /etc/ssh/sshd_config
systemctl restart ssh`;

const base = {
  id: 'auth/keys-command-unsafe',
  fails: /Permission denied/,
  server: { verdict: 'confirmed' },
  client: { first: 'auth/key-not-authorized', verdict: 'possible' },
  joined: { verdict: 'confirmed' },
} as const;

export const cases: readonly LabCase[] = [
  { ...base, breakServer: named('/opt/keys') },
  // What is advised there is left to people.
  { ...base, variant: 'in a home', suites: ['bookworm'], breakServer: named('/home/bob/keys'), afterFix: 'none' },
];
