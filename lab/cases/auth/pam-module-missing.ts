import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'auth/pam-module-missing',
    breakServer: `sed -i '1i account required pam_tally.so' /etc/pam.d/sshd`,
    fails: /Connection closed|Permission denied/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    unasked: 'from the client a refusal by PAM looks like any other',
  },
];
