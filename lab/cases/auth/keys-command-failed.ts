import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'auth/keys-command-failed',
    breakServer: `rm /home/alice/.ssh/authorized_keys
printf '#!/bin/sh\\necho cannot reach the directory >&2\\nexit 7\\n' > /usr/local/bin/keys; chmod 755 /usr/local/bin/keys
sed -i '1i AuthorizedKeysCommand /usr/local/bin/keys %u\\nAuthorizedKeysCommandUser nobody' /etc/ssh/sshd_config
systemctl restart ssh`,
    fails: /Permission denied/,
    server: { verdict: 'confirmed' },
    client: { first: 'auth/key-not-authorized', verdict: 'possible' },
    joined: { verdict: 'confirmed' },
  },
];
