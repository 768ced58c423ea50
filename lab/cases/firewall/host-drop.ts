import type { LabCase } from '../../case.ts';

const base = {
  id: 'firewall/host-drop',
  ssh: { args: ['-oConnectTimeout=3'] },
  fails: /timed out/,
  server: { verdict: 'confirmed', gates: { firewall: 'closed' } },
  joined: { verdict: 'confirmed', gates: { firewall: 'closed' } },
  unasked: 'a client cannot tell who on the path drops its packets',
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'nft rule',
    breakServer: `nft -f - <<'EOF'
table inet filter {
  chain input {
    type filter hook input priority filter; policy accept;
    tcp dport 22 drop
  }
}
EOF`,
  },
  {
    ...base,
    variant: 'nft policy',
    breakServer: `nft -f - <<'EOF'
table inet filter {
  set admins { type ipv4_addr; flags interval; elements = { 10.88.0.0/16, 192.0.2.7 } }
  chain input {
    type filter hook input priority filter; policy drop;
    ct state vmap { established : accept, related : accept, invalid : drop }
    iif lo accept
    tcp dport 22 jump ssh
  }
  chain ssh {
    ip saddr @admins accept
  }
}
EOF`,
  },
  { ...base, variant: 'iptables rule', breakServer: 'iptables -A INPUT -p tcp --dport 22 -j DROP' },
  {
    ...base,
    variant: 'iptables policy',
    breakServer: `
      iptables -A INPUT -i lo -j ACCEPT
      iptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
      iptables -A INPUT -s 10.88.0.0/16 -p tcp -m multiport --dports 22,2222 -j ACCEPT
      iptables -P INPUT DROP`,
  },
  { ...base, variant: 'ufw default', breakServer: 'ufw --force enable' },
  { ...base, variant: 'ufw rule', breakServer: 'ufw deny from 10.77.0.0/16 && ufw allow 22/tcp && ufw --force enable' },
];
