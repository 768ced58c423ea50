import { daemon, unitName } from '../../facts/daemon.ts';
import { lastSaid, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly unit: string;
}

export const cause = defineCause<Data>({
  id: 'daemon/sandbox-kill',
  severity: 'blocks',
  title: 'The kernel kills the unprivileged part of sshd',
  why: 'A seccomp filter, sshd’s own sandbox or a SystemCallFilter= of the unit, allows only some system calls. A new libc, an odd architecture or a unit that was hardened too far makes sshd use another one, and the kernel kills it (SIGSYS, signal 31) before anybody is logged in.',
  refs: ['sandbox-seccomp-filter.c', 'systemd.exec(5), SystemCallFilter='],
  proofs: [
    proof({
      needs: { sshdLog, meta },
      helps: { daemon },
      check({ sshdLog: log, meta: { now }, daemon: state }) {
        const said = lastSaid(
          log,
          now,
          /(?:preauth|auth) child \d*\s*(?:terminated by|exited with|killed by) signal 31|terminated by signal 31/,
        );
        if (!said) return [];
        const data = { unit: state ? unitName(state) : 'ssh' };
        return [{ data, verdict: 'confirmed', evidence: [said.evidence], closes: 'handshake' }];
      },
    }),
  ],
  says: () =>
    'The kernel kills the part of sshd that logs people in: it makes a system call that a seccomp filter forbids.',
  remedy: ({ unit }) => ({
    refuse: 'a sandbox is not to be taken off because it does its work',
    manual: [
      `Does the unit forbid system calls? systemctl show ${unit} -p SystemCallFilter`,
      'Which one was it? The kernel log has its number: journalctl -k | grep -i seccomp (type=1326 … syscall=N)',
      'With no filter on the unit: upgrade openssh-server and libc together, or report it with that number.',
    ],
  }),
});
