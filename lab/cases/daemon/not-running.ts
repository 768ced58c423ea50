import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'daemon/not-running',
    // trixie has an ssh.socket too, disabled.
    breakServer: 'systemctl stop ssh.socket 2>/dev/null || true; systemctl stop ssh',
    fails: /Connection refused/,
    server: { verdict: 'confirmed', gates: { daemon: 'closed' } },
    joined: { verdict: 'confirmed', gates: { daemon: 'closed' } },
    unasked: 'a client sees only that the port is refused, which has many reasons',
  },
];
