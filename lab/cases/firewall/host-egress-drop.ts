import type { LabCase } from '../../case.ts';

const base = {
  id: 'firewall/host-egress-drop',
  ssh: { args: ['-oConnectTimeout=3'] },
  fails: /timed out/,
  server: { verdict: 'confirmed', gates: { firewall: 'closed' } },
  joined: { verdict: 'confirmed', gates: { firewall: 'closed' } },
  unasked: 'a client that hears nothing cannot tell which of the two packets was kept',
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'nft',
    breakServer: `nft -f - <<'EOF'
table inet filter {
  chain output {
    type filter hook output priority filter; policy accept;
    ip daddr { 10.77.0.0/16, 192.0.2.1 } tcp sport 22 drop
  }
}
EOF`,
  },
  {
    ...base,
    variant: 'iptables policy',
    breakServer: `
      iptables -A OUTPUT -o lo -j ACCEPT
      iptables -A OUTPUT -p udp -m udp --dport 53 -j ACCEPT
      iptables -A OUTPUT -p tcp -m multiport --dports 80,443 -j ACCEPT
      iptables -P OUTPUT DROP`,
  },
  {
    ...base,
    variant: 'untracked',
    breakServer: `
      iptables-legacy -t raw -A PREROUTING -p tcp --dport 22 -j CT --notrack
      iptables-legacy -A OUTPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
      iptables-legacy -P OUTPUT DROP`,
  },
  {
    ...base,
    variant: 'reject',
    breakServer:
      'iptables -A OUTPUT -d 10.77.2.0/24 -p tcp -m tcp --sport 22 -j REJECT --reject-with icmp-admin-prohibited',
  },
];
