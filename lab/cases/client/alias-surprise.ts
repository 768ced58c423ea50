import type { LabCase } from '../../case.ts';

const base = {
  id: 'client/alias-surprise',
  suites: ['bookworm'],
  client: { verdict: 'likely', gates: { client: 'closed' } },
  joined: { verdict: 'likely', gates: { client: 'closed' } },
  unasked: 'nothing reaches the server',
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'old-address',
    breakClient: `printf 'Host web*\\n  HostName 10.77.2.99\\n' >/root/.ssh/config`,
    ssh: { args: ['-oConnectTimeout=4'] },
    fails: /No route to host|timed out/,
  },
  {
    ...base,
    variant: 'no-such-name',
    breakClient: `printf 'Host *\\n  HostName %%h.corp.invalid\\n' >/root/.ssh/config`,
    fails: /Could not resolve hostname/,
  },
];
