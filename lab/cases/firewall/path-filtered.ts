import type { LabCase } from '../../case.ts';

const base = {
  id: 'firewall/path-filtered',
  topology: 'router',
  joined: { verdict: 'likely', gates: { firewall: 'closed' } },
  unasked: 'only both sides together tell a firewall on the way from one on the server',
} as const;

const rule = (what: string): string => `nft -f - <<'EOF'
table inet edge {
  chain forward {
    type filter hook forward priority filter; policy accept;
    tcp dport 22 ${what}
  }
}
EOF`;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'drop',
    ssh: { args: ['-oConnectTimeout=3'] },
    breakRouter: rule('drop'),
    fails: /timed out/,
  },
  {
    ...base,
    variant: 'seen-from-elsewhere',
    ssh: { args: ['-oConnectTimeout=3'], vantages: ['router'] },
    breakRouter: rule('drop'),
    fails: /timed out/,
    client: { verdict: 'likely', gates: { firewall: 'closed' } },
    unasked: 'the server is asked in the other cases',
  },
  {
    ...base,
    variant: 'prohibited',
    breakRouter: rule('reject with icmpx type admin-prohibited'),
    fails: /No route to host/,
  },
];
