import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'host/fork-exhausted',
    // The kernel's own bound, as TasksMax and containers set it.
    breakServer: `
      group=$(find /sys/fs/cgroup/pids /sys/fs/cgroup -maxdepth 1 -name pids.current -printf '%h\\n' -quit)/full
      mkdir "$group"
      echo "$(systemctl show -p MainPID --value ssh)" > "$group/cgroup.procs"
      echo 1 > "$group/pids.max"`,
    fails: /Connection (closed|reset)/,
    server: { verdict: 'confirmed', gates: { host: 'closed' } },
    joined: { verdict: 'confirmed', gates: { host: 'closed' } },
    unasked: 'to a client many things look like this',
  },
];
