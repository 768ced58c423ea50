import type { LabCase } from '../../case.ts';

const base = {
  id: 'firewall/host-reject',
  server: { verdict: 'confirmed', gates: { firewall: 'closed' } },
  joined: { verdict: 'confirmed', gates: { firewall: 'closed' } },
  unasked: 'to a client a reject looks like a port on which nothing listens, or like the answer of a router',
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'nft reset',
    breakServer: `nft -f - <<'EOF'
table ip guard {
  chain guard {
    type filter hook input priority filter - 5; policy accept;
    tcp dport { 22, 2222 } ip saddr != { 127.0.0.0/8, 192.0.2.0/24 } reject with tcp reset
  }
}
EOF`,
    fails: /Connection refused/,
  },
  {
    ...base,
    variant: 'iptables host-prohibited',
    breakServer: 'iptables -A INPUT -p tcp -m tcp --dport 22 -j REJECT --reject-with icmp-host-prohibited',
    fails: /No route to host/,
  },
  { ...base, variant: 'ufw', breakServer: 'ufw reject 22/tcp && ufw --force enable', fails: /Connection refused/ },
  {
    ...base,
    variant: 'firewalld without ssh',
    breakServer: 'systemctl start firewalld; firewall-cmd -q --remove-service=ssh',
    fails: /No route to host/,
  },
  {
    ...base,
    variant: 'iptables legacy',
    breakServer:
      'iptables-legacy -A INPUT -s 10.77.2.0/24 -p tcp -m multiport --dports 22,2222 -j REJECT --reject-with tcp-reset',
    fails: /Connection refused/,
  },
];
