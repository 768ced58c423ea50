import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'auth/pam-access',
    breakServer: `echo '-:alice:ALL' >> /etc/security/access.conf; sed -i '1i account required pam_access.so' /etc/pam.d/sshd`,
    fails: /Connection closed|Permission denied/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    unasked: 'from the client a refusal by PAM looks like any other',
  },
];
