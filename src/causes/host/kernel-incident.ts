import { kernelLog, since } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly what: string;
  readonly times: number;
}

const DAY_MS = 86_400_000;
const INCIDENTS: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: 'a panic or an oops', pattern: /Kernel panic|^Oops|BUG: (?!soft lockup)|general protection fault/ },
  { what: 'a processor that was stuck', pattern: /soft lockup|hard LOCKUP|rcu_\w+ (?:self-)?detected stall/ },
  { what: 'a task that hangs', pattern: /task \S+ blocked for more than \d+ seconds/ },
  {
    what: 'an error of a file system',
    pattern: /EXT4-fs error|XFS \(\S+\): (?:Corruption|metadata I\/O error)|BTRFS(?: error| critical)/,
  },
  { what: 'an error of a disk', pattern: /I\/O error, dev |critical medium error/ },
];

export const cause = defineCause<Data>({
  id: 'host/kernel-incident',
  severity: 'degrades',
  title: 'The kernel of the server reports a serious fault',
  why: 'A disk or file system with errors, a task that hangs in the kernel or a processor that is stuck makes logins hang or fail in ways that no setting explains. It has to be looked at before anything else is repaired.',
  unshown: 'the kernel is that of the machine the lab runs on, and its faults cannot be caused for one host alone',
  refs: ['Documentation/admin-guide/lockup-watchdogs.rst of the Linux kernel', 'dmesg(1)'],
  proofs: [
    proof({
      needs: { kernelLog, meta },
      check({ kernelLog: log, meta: { now } }) {
        const recent = since(log ?? [], now, DAY_MS);
        return INCIDENTS.flatMap(({ what, pattern }) => {
          const seen = recent.filter(({ message }) => pattern.test(message));
          const evidence = seen
            .slice(-2)
            .map(({ line, message }): Evidence => ({ side: 'server', section: 'log-kernel', line, text: message }));
          return seen.length === 0
            ? []
            : [{ data: { what, times: seen.length }, subject: what, verdict: 'confirmed', evidence } as const];
        });
      },
    }),
  ],
  says: ({ what, times }) => `The kernel reports ${what}${times === 1 ? '' : `, ${times} times`} on the last day.`,
  remedy: () => ({
    refuse: 'hardware and kernels are not mended from here',
    manual: [
      'Read it in full: journalctl -k -b | less. Save what matters first.',
      'Disk: smartctl -a DISK. Hung task: ps -eo state,pid,wchan:30,cmd | grep ^D. Then the vendor of the kernel or the machine.',
    ],
  }),
});
