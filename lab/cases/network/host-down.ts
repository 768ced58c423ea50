import type { LabCase } from '../../case.ts';

const base = {
  id: 'network/host-down',
  suites: ['bookworm'],
  breakServer: 'ip address del 10.77.2.20/24 dev eth0',
  fails: /No route to host/,
  unasked: 'a server without an address hears of nobody who looks for it',
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'on the same link',
    breakClient: 'ip neighbour flush all',
    client: { verdict: 'confirmed', gates: { network: 'closed' } },
    joined: { verdict: 'confirmed', gates: { network: 'closed' } },
  },
  {
    ...base,
    variant: 'behind a router',
    topology: 'router',
    breakRouter: 'ip neighbour flush all',
    client: { verdict: 'likely', gates: { network: 'closed' } },
    joined: { verdict: 'likely', gates: { network: 'closed' } },
  },
];
