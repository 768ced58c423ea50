import { limits } from '../../facts/limits.ts';
import { lastSaid, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { units } from '../../facts/units.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  /** Processes there may be in the group of sshd; absent where another limit was hit. */
  readonly max?: number;
  readonly unit: string;
}

export const cause = defineCause<Data>({
  id: 'host/fork-exhausted',
  severity: 'blocks',
  title: 'sshd cannot start a process for the connection',
  why: 'Every connection gets a process of its own. When TasksMax of the unit, pids.max of a container, pid_max or threads-max is reached, fork fails and sshd can only hang up: "fork: Resource temporarily unavailable". A fork bomb, a runaway service or a container with a small limit are the usual reasons.',
  refs: ['fork(2), EAGAIN', 'systemd.resource-control(5), TasksMax', 'sshd.c, server_accept_loop()'],
  proofs: [
    proof({
      needs: { sshdLog, meta },
      helps: { limits, units },
      check({ sshdLog: log, meta: { now }, limits: bounds, units: all }, { user }) {
        const said = lastSaid(
          log,
          now,
          /fork(?: of unprivileged child)?(?: failed)?: (?:Resource temporarily unavailable|Cannot allocate memory)/,
          user,
        );
        const group = bounds?.processes;
        const full = group && group.current >= group.max;
        if (!said && !full) return [];
        const evidence: Evidence[] = said ? [said.evidence] : [];
        if (group && full) evidence.push({ side: 'server', section: 'limits', line: group.line, text: group.text });
        const unit = [...(all?.values() ?? [])].find((one) => /^sshd?\.service$/.test(one.id) && one.load === 'loaded');
        const data = { unit: unit?.id ?? 'ssh.service', ...(group && full ? { max: group.max } : {}) };
        return [{ data, verdict: said ? 'confirmed' : 'likely', evidence }];
      },
    }),
  ],
  says: ({ max }) =>
    max === undefined
      ? 'The server cannot start another process, so sshd takes no connection.'
      : `sshd may have ${max} process${max === 1 ? '' : 'es'} and has them: it cannot start one for the connection.`,
  masks: ['daemon/wedged', 'session/shell-exits'],
  remedy: ({ unit, max }) => ({
    refuse: 'what uses the processes up has to be found, or it comes back at once',
    manual: [
      'Who has them: ps -eo user= | sort | uniq -c | sort -n | tail; systemd-cgtop -n 1 -o tasks',
      ...(max === undefined
        ? ['The limits of the machine: sysctl kernel.pid_max kernel.threads-max; of a user: ulimit -u']
        : [`More for sshd until the next boot: systemctl set-property --runtime ${unit} TasksMax=infinity`]),
    ],
  }),
});
