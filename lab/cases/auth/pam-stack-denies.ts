import type { LabCase } from '../../case.ts';
import { BY_PASSWORD, NO_LOG, PASSWORD_UNASKED } from '../../scripts.ts';

const base = {
  id: 'auth/pam-stack-denies',
  fails: /Connection closed|Permission denied/,
  server: { verdict: 'confirmed' },
  joined: { verdict: 'confirmed' },
  unasked: 'from the client a refusal by PAM looks like any other',
} as const;

const first = (line: string) => `sed -i '1i ${line}' /etc/pam.d/sshd`;

export const cases: readonly LabCase[] = [
  { ...base, breakServer: first('account required pam_succeed_if.so user != alice') },
  {
    ...base,
    variant: 'pam_time, without a log',
    breakServer: `${NO_LOG}
      echo 'sshd;*;!root & !bob;!Al0000-2400' > /etc/security/time.conf; ${first('account required pam_time.so')}`,
  },
  {
    ...base,
    variant: 'pam_listfile, without a log',
    breakServer: `${NO_LOG}
      printf 'mallory\\nalice\\n' > /etc/ssh/banned
      ${first('account required pam_listfile.so item=user sense=deny file=/etc/ssh/banned onerr=succeed')}`,
  },
  {
    id: 'auth/pam-stack-denies',
    variant: 'whatever password is typed',
    breakServer: `${NO_LOG}
      echo alice > /etc/ssh/allowed; ${first('auth required pam_listfile.so item=user sense=allow file=/etc/ssh/allowed')}`,
    ssh: BY_PASSWORD,
    fails: /Permission denied/,
    server: { verdict: 'confirmed' },
    unasked: PASSWORD_UNASKED,
  },
];
