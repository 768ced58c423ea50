import type { LabCase } from '../../case.ts';
import { NO_LOG } from '../../scripts.ts';

const base = {
  id: 'session/pam-limits',
  fails: /Connection (closed|reset)|too many logins|closed by remote host|^/,
  server: { verdict: 'confirmed' },
  joined: { verdict: 'confirmed' },
  unasked: 'the client is told nothing',
} as const;

export const cases: readonly LabCase[] = [
  { ...base, breakServer: `echo 'alice hard maxlogins 0' > /etc/security/limits.d/alice.conf` },
  {
    ...base,
    variant: 'another session is open',
    // Later releases take a maximum of one for a mistake.
    suites: ['bullseye', 'bookworm'],
    breakServer: `${NO_LOG}
      printf '* - maxlogins 20\\n@alice hard maxlogins 1\\n' > /etc/security/limits.d/few.conf`,
    breakClient: `setsid ssh -tt alice@web1 sleep 600 </dev/null >/dev/null 2>&1 & sleep 3`,
  },
];
