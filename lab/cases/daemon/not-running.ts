import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'daemon/not-running',
    // trixie has an ssh.socket too, disabled.
    breakServer: 'systemctl stop ssh.socket 2>/dev/null || true; systemctl stop ssh',
    fails: /Connection refused/,
    server: { verdict: 'confirmed', gates: { daemon: 'closed' } },
    client: { verdict: 'likely', gates: { network: 'open', daemon: 'closed' } },
    joined: { verdict: 'confirmed', gates: { daemon: 'closed' } },
  },
];
