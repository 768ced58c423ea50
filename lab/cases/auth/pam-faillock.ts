import type { LabCase } from '../../case.ts';
import { NO_PENALTY } from '../../scripts.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'auth/pam-faillock',
    breakServer: `${NO_PENALTY}
      sed -i '/^auth.*pam_unix.so/c auth required pam_faillock.so preauth deny=2 unlock_time=600\\nauth [success=2 default=ignore] pam_unix.so\\nauth [default=die] pam_faillock.so authfail deny=2 unlock_time=600' /etc/pam.d/common-auth`,
    breakClient: `
      printf '#!/bin/sh\\necho wrong\\n' > $TMP/wrong; chmod 755 $TMP/wrong
      for i in 1 2 3; do
        SSH_ASKPASS=$TMP/wrong SSH_ASKPASS_REQUIRE=force ssh -o PubkeyAuthentication=no -o NumberOfPasswordPrompts=1 bob@web1 true || true
      done`,
    ssh: { user: 'bob', password: 'correct horse battery staple', args: ['-o', 'PubkeyAuthentication=no'] },
    fails: /Permission denied/,
    server: { verdict: 'confirmed' },
    unasked: 'what password somebody gives is not asked by the client',
  },
];
