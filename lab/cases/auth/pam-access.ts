import type { LabCase } from '../../case.ts';
import { BY_PASSWORD, NO_LOG, PASSWORD_UNASKED } from '../../scripts.ts';

const base = {
  id: 'auth/pam-access',
  fails: /Connection closed|Permission denied/,
  server: { verdict: 'confirmed' },
  joined: { verdict: 'confirmed' },
  unasked: 'from the client a refusal by PAM looks like any other',
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    breakServer: `echo '-:alice:ALL' >> /etc/security/access.conf; sed -i '1i account required pam_access.so' /etc/pam.d/sshd`,
  },
  {
    ...base,
    variant: 'by origin, without a log',
    breakServer: `${NO_LOG}
      printf '+:root (sudo):ALL\\n-:ALL EXCEPT bob:10.77.2. 192.0.2.0/24\\n' > /etc/security/access.conf
      sed -i '1i account required pam_access.so' /etc/pam.d/sshd`,
  },
  {
    id: 'auth/pam-access',
    variant: 'of passwords',
    breakServer: `${NO_LOG}
      echo '- : ALL EXCEPT alice : ALL' > /etc/security/office.conf
      sed -i '1i auth required pam_access.so accessfile=/etc/security/office.conf' /etc/pam.d/sshd`,
    ssh: BY_PASSWORD,
    fails: /Permission denied/,
    server: { verdict: 'confirmed' },
    unasked: PASSWORD_UNASKED,
  },
];
