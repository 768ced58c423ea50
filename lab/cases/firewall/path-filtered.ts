import type { LabCase } from '../../case.ts';
import { clouds } from '../../clouds.ts';
import { SECOND_ROUTER } from '../../scripts.ts';

const base = {
  id: 'firewall/path-filtered',
  topology: 'router',
  joined: { verdict: 'likely', gates: { firewall: 'closed' } },
  unasked: 'the server hears nothing; from the client a drop behind the last router looks like one on the server',
} as const;

const rule = (what: string, enter = ''): string => `${enter} nft -f - <<'EOF'
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
    variant: 'drop before a second router',
    ssh: { args: ['-oConnectTimeout=3'] },
    breakRouter: `${SECOND_ROUTER}\n${rule('drop')}`,
    fails: /timed out/,
    client: { verdict: 'likely', gates: { firewall: 'closed' } },
  },
  {
    ...base,
    variant: 'drop before a second router ipv6',
    suites: ['bookworm'],
    ssh: { host: 'fd77:2::20', args: ['-oConnectTimeout=3', '-oStrictHostKeyChecking=no'], from: 'fd77:1::10' },
    breakRouter: `${SECOND_ROUTER}\n${rule('drop')}`,
    fails: /timed out/,
    client: { verdict: 'likely', gates: { firewall: 'closed' } },
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
    client: { verdict: 'confirmed', gates: { firewall: 'closed' } },
    joined: { verdict: 'confirmed', gates: { firewall: 'closed' } },
  },
  {
    ...base,
    variant: 'prohibited by the second router',
    suites: ['bookworm'],
    breakRouter: `${SECOND_ROUTER}\n${rule('reject with icmpx type admin-prohibited', '$R2')}`,
    fails: /No route to host/,
    client: { verdict: 'confirmed', gates: { firewall: 'closed' } },
    joined: { verdict: 'confirmed', gates: { firewall: 'closed' } },
  },
  {
    ...base,
    variant: 'refused by a router',
    suites: ['bookworm'],
    breakRouter: rule('reject with icmpx type port-unreachable'),
    fails: /Connection refused/,
    client: { verdict: 'confirmed', gates: { firewall: 'closed' } },
    joined: { verdict: 'confirmed', gates: { firewall: 'closed' } },
  },
  {
    ...base,
    variant: 'reset by a router',
    suites: ['bookworm'],
    breakRouter: rule('reject with tcp reset'),
    fails: /Connection refused/,
  },
  {
    ...base,
    variant: 'the cloud allows it',
    ssh: {
      args: ['-oConnectTimeout=3'],
      told: clouds('aws/instances', 'aws/security-groups-open', 'aws/network-acls-open'),
    },
    breakRouter: rule('drop'),
    fails: /timed out/,
  },
];
