import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'auth/password-empty',
    breakServer: 'passwd -q -d bob',
    ssh: { user: 'bob', password: '', args: ['-o', 'PubkeyAuthentication=no'] },
    fails: /Permission denied/,
    server: { verdict: 'confirmed' },
    unasked: 'what password somebody gives is not asked by the client',
  },
  {
    id: 'auth/password-empty',
    variant: 'not even PAM',
    breakServer: `
      passwd -q -d bob; sed -i '1i PermitEmptyPasswords yes' /etc/ssh/sshd_config; systemctl restart ssh
      sed -i '/pam_unix/s/ nullok//' /etc/pam.d/common-auth`,
    ssh: { user: 'bob', password: '', args: ['-o', 'PubkeyAuthentication=no'] },
    fails: /Permission denied/,
    server: { verdict: 'confirmed' },
    unasked: 'what password somebody gives is not asked by the client',
  },
];
