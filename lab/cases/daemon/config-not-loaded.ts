import type { LabCase } from '../../case.ts';
import { NO_PENALTY } from '../../scripts.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'daemon/config-not-loaded',
    breakServer: `sleep 5; echo 'MaxAuthTries 5' >/etc/ssh/sshd_config.d/10-tries.conf`,
    loginWorks: true,
    fails: /^/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    unasked: 'the files of the server are not to be seen from outside',
  },
  {
    id: 'daemon/config-not-loaded',
    variant: 'still-refuses',
    breakServer: `${NO_PENALTY}
      echo 'AllowUsers bob' >/etc/ssh/sshd_config.d/20-who.conf; systemctl restart ssh
      sleep 5; echo 'AllowUsers bob alice' >/etc/ssh/sshd_config.d/20-who.conf`,
    fails: /Permission denied/,
    server: { verdict: 'possible' },
    joined: { verdict: 'possible' },
    unasked: 'the files of the server are not to be seen from outside',
  },
];
