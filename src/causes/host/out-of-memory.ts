import { kernelLog, since, unitsLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly victim: string;
  readonly pid?: string;
}

const DAY_MS = 86_400_000;
const KILLED =
  /(?:Out of memory|Memory cgroup out of memory): Kill(?:ed)? process (\d+) \((sshd[\w-]*|systemd-logind|dbus-daemon|bash|zsh|sh|fish)\)/;

export const cause = defineCause<Data>({
  id: 'host/out-of-memory',
  severity: 'degrades',
  title: 'The server ran out of memory and the kernel ended a process of a login',
  why: 'When memory is used up the kernel kills a process to go on (OOM killer). sshd protects its listener from that, but not the processes of connections and shells: logins hang up in the middle, or sessions vanish.',
  unshown: 'the hosts of the lab share the memory of the machine, and its kernel does not count it for each',
  refs: ['proc(5), oom_score_adj', 'platform.c, oom_adjust_setup()'],
  proofs: [
    proof({
      needs: { kernelLog, meta },
      check({ kernelLog: log, meta: { now } }) {
        const killed = since(log ?? [], now, DAY_MS).findLast(({ message }) => KILLED.test(message));
        const [, pid, victim] = KILLED.exec(killed?.message ?? '') ?? [];
        if (!killed || pid === undefined || victim === undefined) return undefined;
        const { line, message: text } = killed;
        const evidence = [{ side: 'server', section: 'log-kernel', line, text } as const];
        return [{ data: { victim, pid }, subject: victim, verdict: 'confirmed', evidence }];
      },
    }),
    proof({
      needs: { unitsLog, meta },
      check({ unitsLog: log, meta: { now } }) {
        const killed = since(log, now, DAY_MS).findLast(({ message }) =>
          /^sshd?\.service: .*(?:killed by the OOM killer|result 'oom-kill')/.test(message),
        );
        if (!killed) return [];
        const evidence: Evidence[] = [
          { side: 'server', section: 'log-units', line: killed.line, text: killed.message },
        ];
        return [{ data: { victim: 'sshd' }, subject: 'sshd', verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ victim, pid }) =>
    `The server ran out of memory on the last day, and the kernel killed ${victim}${pid === undefined ? '' : ` (process ${pid})`}.`,
  remedy: () => ({
    refuse: 'which program may have less memory is for a person to say',
    manual: [
      'Who has it: ps -eo rss,pid,cmd --sort -rss | head; what was killed: journalctl -k | grep -i "killed process"',
      'Help at once: swap (fallocate, mkswap, swapon). For good: MemoryMax= on the unit that grows, or more memory.',
    ],
  }),
});
