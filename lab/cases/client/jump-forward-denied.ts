import type { LabCase } from '../../case.ts';

const base = {
  id: 'client/jump-forward-denied',
  topology: 'bastion',
  fails: /open failed: administratively prohibited|stdio forwarding failed/,
  client: { verdict: 'confirmed', gates: { client: 'closed' } },
  joined: { verdict: 'confirmed', gates: { client: 'closed' } },
  unasked: 'the server is in order, and nobody reaches it',
} as const;

const config = (line: string): string => `sed -i '1i ${line}' /etc/ssh/sshd_config; systemctl restart ssh`;

export const cases: readonly LabCase[] = [
  { ...base, variant: 'no-forwarding', breakBastion: config('AllowTcpForwarding no') },
  { ...base, variant: 'permit-open', suites: ['bookworm'], breakBastion: config('PermitOpen 10.77.2.99:22') },
  {
    ...base,
    variant: 'restricted-key',
    suites: ['bookworm'],
    breakBastion: `sed -i 's/^/restrict /' /home/alice/.ssh/authorized_keys`,
  },
  {
    ...base,
    variant: 'proxy-command',
    suites: ['bookworm'],
    breakBastion: config('AllowTcpForwarding no'),
    breakClient: `printf 'Host web1\\n  ProxyCommand ssh -W %%h:%%p alice@bastion\\n' >/root/.ssh/config`,
    client: { verdict: 'likely', gates: { client: 'closed' } },
    joined: { verdict: 'likely', gates: { client: 'closed' } },
  },
];
