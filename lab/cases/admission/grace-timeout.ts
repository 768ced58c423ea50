import type { LabCase } from '../../case.ts';
import { NO_PENALTY } from '../../scripts.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'admission/grace-timeout',
    // Before 9.8 sshd on Linux may not write to the log from its alarm: it hangs up without a word anywhere.
    suites: ['trixie'],
    breakServer: `${NO_PENALTY}
sed -i '1i LoginGraceTime 2' /etc/ssh/sshd_config; sed -i '1i account required pam_exec.so /bin/sleep 14' /etc/pam.d/sshd
systemctl restart ssh`,
    fails: /Connection (closed|reset)|Timeout before authentication/,
    server: { verdict: 'likely' },
    joined: { verdict: 'likely' },
    unasked: 'the client is told nothing',
  },
];
