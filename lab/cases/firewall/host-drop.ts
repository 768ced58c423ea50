import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'firewall/host-drop',
    variant: 'nft',
    breakServer: `nft -f - <<'EOF'
table inet filter {
  chain input {
    type filter hook input priority filter; policy accept;
    tcp dport 22 drop
  }
}
EOF`,
    ssh: { args: ['-oConnectTimeout=3'] },
    fails: /timed out/,
    server: { verdict: 'confirmed', gates: { firewall: 'closed' } },
    joined: { verdict: 'confirmed', gates: { firewall: 'closed' } },
    unasked: 'a client cannot tell who on the path drops its packets',
  },
];
