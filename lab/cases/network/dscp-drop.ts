import type { LabCase } from '../../case.ts';

const drop = (what: string): string => `nft -f - <<'EOF'
table inet marks {
  chain forward {
    type filter hook forward priority filter; policy accept;
    iif eth0 ${what} drop
  }
}
EOF`;

const base = {
  id: 'network/dscp-drop',
  suites: ['bookworm'],
  topology: 'router',
  fails: /Sending command/,
  client: { verdict: 'confirmed', gates: { network: 'closed' } },
  joined: { verdict: 'confirmed', gates: { network: 'closed' } },
  unasked: 'a server sees a session that falls silent and no more',
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'default',
    breakRouter: drop('ip dscp { af21, cs1 }'),
    ssh: { args: ['-oLogLevel=DEBUG1'] },
  },
  {
    ...base,
    variant: 'ef',
    breakRouter: drop('ip dscp ef'),
    // As since 10.1; what is given on the command line wins over the configuration, so the advice cannot be tried here.
    ssh: { args: ['-oLogLevel=DEBUG1', '-oIPQoS=ef'] },
    afterFix: 'none',
  },
];
