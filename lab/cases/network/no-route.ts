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
  {
    ...base,
    variant: 'prohibit rule',
    breakClient: 'ip rule add to $SERVER prohibit',
    fails: /Permission denied/,
  },
  {
    ...base,
    variant: 'blackhole route',
    breakClient: 'ip route add blackhole $SERVER',
    fails: /Invalid argument/,
  },
  {
    ...base,
    variant: 'dead gateway',
    topology: 'router',
    breakClient: 'ip route replace default via 10.77.1.99',
    fails: /No route to host/,
  },
  {
    ...base,
    variant: 'cable out',
    breakServer: 'ip link set eth0 down',
    fails: /No route to host|timed out/,
    ssh: { args: ['-oConnectTimeout=5'] },
  },
];
