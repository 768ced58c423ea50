import type { LabCase } from '../../case.ts';
import { NO_LOG } from '../../scripts.ts';

const base = {
  id: 'session/pam-session-failed',
  fails: /^/,
  server: { verdict: 'confirmed' },
  joined: { verdict: 'confirmed' },
  unasked: 'the client sees a session that ends at once, like any other',
} as const;

export const cases: readonly LabCase[] = [
  { ...base, breakServer: `echo 'session required pam_deny.so' >> /etc/pam.d/sshd` },
  {
    ...base,
    variant: 'without a log',
    breakServer: `${NO_LOG}
      echo 'session required pam_succeed_if.so quiet user ingroup sudo' >> /etc/pam.d/sshd`,
  },
];
