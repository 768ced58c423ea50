import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'auth/pam-stack-denies',
    breakServer: `sed -i '1i account required pam_succeed_if.so user != alice' /etc/pam.d/sshd`,
    fails: /Connection closed|Permission denied/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    unasked: 'from the client a refusal by PAM looks like any other',
  },
];
