import type { LabCase } from '../../case.ts';

const base = {
  id: 'network/port-not-forwarded',
  suites: ['bookworm'],
  topology: 'router',
  // The router's outer address is what the name means to the world.
  breakClient: `sed -i 's/^.* web1$/10.77.1.1 web1/' /etc/hosts`,
  // Nobody outside reaches the inner address.
  breakRouter: `nft -f - <<'EOF'
table ip inside {
  chain forward {
    type filter hook forward priority filter; policy accept;
    ip saddr 10.77.1.0/24 ip daddr 10.77.2.0/24 ct state new drop
  }
}
EOF`,
  unasked: 'the server hears nothing, and to a client the router that refuses looks like the server',
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'refused by the router',
    fails: /Connection refused/,
    joined: { verdict: 'likely', gates: { network: 'closed' } },
  },
];
