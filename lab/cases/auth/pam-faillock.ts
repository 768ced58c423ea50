import type { LabCase } from '../../case.ts';
import { BY_PASSWORD, NO_LOG, NO_PENALTY, PASSWORD_UNASKED } from '../../scripts.ts';

const base = {
  id: 'auth/pam-faillock',
  breakClient: `
      printf '#!/bin/sh\\necho wrong\\n' > $TMP/wrong; chmod 755 $TMP/wrong
      for i in 1 2 3; do
        SSH_ASKPASS=$TMP/wrong SSH_ASKPASS_REQUIRE=force ssh -o PubkeyAuthentication=no -o NumberOfPasswordPrompts=1 bob@web1 true || true
      done`,
  ssh: BY_PASSWORD,
  fails: /Permission denied/,
  server: { verdict: 'confirmed' },
  unasked: PASSWORD_UNASKED,
} as const;

const lock = (options: string) => `${NO_PENALTY}
      sed -i '/^auth.*pam_unix.so/c auth required pam_faillock.so preauth ${options}\\nauth [success=2 default=ignore] pam_unix.so\\nauth [default=die] pam_faillock.so authfail ${options}' /etc/pam.d/common-auth`;

export const cases: readonly LabCase[] = [
  { ...base, breakServer: lock('deny=2 unlock_time=600') },
  {
    ...base,
    variant: 'without a log',
    breakServer: `${lock('')}; ${NO_LOG}
      printf 'deny = 2\\nunlock_time = never\\n' > /etc/security/faillock.conf`,
  },
];
