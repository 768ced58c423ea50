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
  {
    id: 'daemon/hostkeys-missing',
    variant: 'elsewhere',
    suites: ['bookworm'],
    breakServer: `mkdir /etc/ssh/keys; sed -i '1i HostKey /etc/ssh/keys/web1_ed25519' /etc/ssh/sshd_config; systemctl restart ssh || true`,
    ssh: { args: ['-oStrictHostKeyChecking=no', '-oUserKnownHostsFile=/dev/null'] },
    fails: /Connection refused/,
    server: { verdict: 'confirmed', contains: ['daemon/not-running'] },
    client: { first: 'daemon/not-running', verdict: 'likely' },
    joined: { verdict: 'confirmed' },
  },
];
