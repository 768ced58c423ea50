import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'daemon/hostkeys-missing',
    breakServer: 'rm -f /etc/ssh/ssh_host_*_key; systemctl restart ssh || true',
    // New keys are not the ones that the client knows, which is as it should be.
    ssh: { args: ['-oStrictHostKeyChecking=no', '-oUserKnownHostsFile=/dev/null'] },
    fails: /Connection refused/,
    server: { verdict: 'confirmed', contains: ['daemon/not-running'] },
    client: { first: 'daemon/not-running', verdict: 'likely' },
    joined: { verdict: 'confirmed' },
  },
];
