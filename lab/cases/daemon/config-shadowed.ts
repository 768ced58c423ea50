import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'daemon/config-shadowed',
    breakServer: `echo 'PasswordAuthentication no' >/etc/ssh/sshd_config.d/50-cloud-init.conf
      echo 'PasswordAuthentication yes' >>/etc/ssh/sshd_config; systemctl restart ssh`,
    loginWorks: true,
    fails: /^/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    unasked: 'the files of the server are not to be seen from outside',
  },
];
