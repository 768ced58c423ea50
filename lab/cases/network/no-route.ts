import type { LabCase } from '../../case.ts';

const base = {
  id: 'network/no-route',
  suites: ['bookworm'],
  client: { verdict: 'confirmed', gates: { network: 'closed' } },
  joined: { verdict: 'confirmed', gates: { network: 'closed' } },
  unasked: 'the server sees nothing of a packet that never leaves the client',
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'no default route',
    topology: 'router',
    breakClient: 'ip route del default',
    fails: /Network is unreachable/,
  },
  {
    ...base,
    variant: 'unreachable route',
    breakClient: 'ip route add unreachable $SERVER',
    fails: /No route to host/,
  },
];
