import type { LabCase } from '../../case.ts';
import { NO_PENALTY } from '../../scripts.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'auth/keys-command-unsafe',
    breakServer: `${NO_PENALTY}
mkdir -p /opt/keys; cp /home/alice/.ssh/authorized_keys /opt/keys/alice; rm /home/alice/.ssh/authorized_keys
printf '#!/bin/sh\\ncat /opt/keys/"$1"\\n' > /opt/keys/command; chmod 757 /opt/keys/command; chmod 644 /opt/keys/alice
sed -i '1i AuthorizedKeysCommand /opt/keys/command %u\\nAuthorizedKeysCommandUser nobody' /etc/ssh/sshd_config
systemctl restart ssh`,
    fails: /Permission denied/,
    server: { verdict: 'confirmed' },
    client: { first: 'auth/key-not-authorized', verdict: 'possible' },
    joined: { verdict: 'confirmed' },
  },
];
