import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'session/logind-stall',
    breakServer: 'pkill -STOP systemd-logind',
    // The login would go on after two minutes; nobody waits for that.
    ssh: { args: ['-o', 'ServerAliveInterval=2', '-o', 'ServerAliveCountMax=2'] },
    fails: /Timeout, server .* not responding/,
    server: { verdict: 'confirmed', gates: { session: 'degraded' }, exit: 0 },
    joined: { verdict: 'confirmed', gates: { session: 'degraded' }, exit: 0 },
    unasked: 'the client sees only that the session does not begin',
  },
];
