import type { LabCase } from '../../case.ts';

const elsewhere = (filter: 0 | 1): string => `
  sysctl -qw net.ipv4.conf.all.rp_filter=${filter} net.ipv4.conf.eth0.rp_filter=${filter}
  ip link add tun9 type veth peer name tun9-far; ip link set tun9-far up; ip addr add 10.99.0.1/24 dev tun9; ip link set tun9 up
  ip neigh add 10.77.1.10 lladdr 02:00:00:00:00:01 dev tun9
  ip route add 10.77.1.0/24 dev tun9`;

const base = {
  id: 'network/asymmetric-route',
  topology: 'router',
  ssh: { args: ['-oConnectTimeout=3'] },
  fails: /timed out/,
  unasked: 'a client hears nothing and cannot tell why',
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'another interface',
    breakServer: elsewhere(0),
    server: { verdict: 'likely', gates: { network: 'closed' } },
    joined: { verdict: 'likely', gates: { network: 'closed' } },
  },
  {
    ...base,
    variant: 'strict rp_filter',
    breakServer: elsewhere(1),
    joined: { verdict: 'likely', gates: { network: 'closed' } },
  },
  {
    ...base,
    variant: 'blackhole',
    suites: ['bookworm'],
    breakServer: 'ip route add blackhole 10.77.1.0/24',
    server: { verdict: 'confirmed', gates: { network: 'closed' } },
    joined: { verdict: 'confirmed', gates: { network: 'closed' } },
  },
  {
    ...base,
    variant: 'prohibit rule',
    suites: ['bookworm'],
    breakServer: 'ip rule add to 10.77.1.0/24 prohibit',
    server: { verdict: 'confirmed', gates: { network: 'closed' } },
    joined: { verdict: 'confirmed', gates: { network: 'closed' } },
  },
];
