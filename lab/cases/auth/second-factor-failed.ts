import type { LabCase } from '../../case.ts';
import { NO_PENALTY } from '../../scripts.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'auth/second-factor-failed',
    variant: 'no secret',
    breakServer: `${NO_PENALTY}
      sed -i '1i auth required pam_google_authenticator.so' /etc/pam.d/sshd`,
    ssh: { user: 'bob', password: 'correct horse battery staple', args: ['-o', 'PubkeyAuthentication=no'] },
    fails: /Permission denied/,
    server: { verdict: 'confirmed' },
    unasked: 'what code somebody gives is not asked by the client',
  },
  {
    id: 'auth/second-factor-failed',
    variant: 'wrong code',
    suites: ['bookworm'],
    breakServer: `
      sed -i '1i auth required pam_google_authenticator.so' /etc/pam.d/sshd
      printf 'JBSWY3DPEHPK3PXPJBSWY3DPEH\\n" WINDOW_SIZE 3\\n" TOTP_AUTH\\n' > /home/bob/.google_authenticator
      chown bob: /home/bob/.google_authenticator; chmod 400 /home/bob/.google_authenticator`,
    ssh: { user: 'bob', password: '123456', args: ['-o', 'PubkeyAuthentication=no'] },
    fails: /Permission denied/,
    server: { verdict: 'confirmed' },
    unasked: 'what code somebody gives is not asked by the client',
  },
];
