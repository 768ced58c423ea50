import type { LabCase } from '../../case.ts';

const base = {
  id: 'network/vpn-required',
  suites: ['bookworm'],
  fails: /Network is unreachable|No route to host|timed out/,
  unasked: 'the server sees nothing of a packet that never comes near it',
} as const;

const wg0 = 'ip link add wg0 type veth peer name far; ip address add 10.99.0.2/24 dev wg0';

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'tunnel down and no other route',
    breakClient: wg0,
    ssh: { host: '10.99.0.20' },
    client: { verdict: 'likely', gates: { network: 'closed' }, contains: ['network/no-route'] },
    joined: { verdict: 'likely', gates: { network: 'closed' } },
  },
  {
    ...base,
    variant: 'tunnel down and a default route',
    topology: 'router',
    breakClient: wg0,
    breakRouter: 'ip route add blackhole 10.99.0.0/16',
    ssh: { host: '10.99.0.20', args: ['-oConnectTimeout=3'] },
    client: { verdict: 'likely', gates: { network: 'closed' } },
    joined: { verdict: 'likely', gates: { network: 'closed' } },
  },
  {
    ...base,
    variant: 'a private network that is not ours',
    topology: 'router',
    breakRouter: 'ip route add blackhole 192.168.50.0/24',
    ssh: { host: '192.168.50.7', args: ['-oConnectTimeout=3'] },
    client: { verdict: 'possible' },
    unasked: 'nobody has a door into a server of which not even the network can be reached',
  },
];
