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
  {
    // iptables-save shows chains of such a table that are not there.
    ...base,
    variant: 'nft table that iptables calls its own',
    suites: ['bookworm'],
    breakServer: `nft -f - <<'EOF'
table ip filter {
  chain input {
    type filter hook input priority filter; policy accept;
    tcp dport 22 drop
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
  {
    ...base,
    variant: 'ufw default',
    breakServer: 'ufw --force enable',
    undoLeaves: 'with its first rule ufw loads two of its own, ufw6-user-limit, that it had not loaded before',
  },
  { ...base, variant: 'ufw rule', breakServer: 'ufw deny from 10.77.0.0/16 && ufw allow 22/tcp && ufw --force enable' },
  {
    ...base,
    variant: 'iptables legacy',
    breakServer: `
      iptables-legacy -A INPUT -i lo -j ACCEPT
      iptables-legacy -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
      iptables-legacy -A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j DROP`,
  },
  {
    ...base,
    variant: 'ipset',
    breakServer: `
      ipset create blocked hash:net
      ipset add blocked 10.77.0.0/16
      ipset add blocked 192.0.2.0/24
      iptables -I INPUT -m set --match-set blocked src -j DROP`,
  },
  {
    ...base,
    variant: 'raw prerouting',
    breakServer: 'iptables -t raw -A PREROUTING -s 10.77.0.0/16 -p tcp -m tcp --dport 22 -j DROP',
  },
  {
    ...base,
    variant: 'netdev ingress',
    breakServer: `nft -f - <<'EOF'
table netdev edge {
  chain in {
    type filter hook ingress device eth0 priority 0; policy accept;
    tcp dport { 22, 23 } ip saddr 10.77.0.0/16 drop
  }
}
EOF`,
  },
  {
    ...base,
    variant: 'two tables',
    breakServer: `nft -f - <<'EOF'
table inet first {
  chain input {
    type filter hook input priority filter - 10; policy accept;
    meta l4proto tcp meta mark set 0x1
    tcp dport 22 accept
  }
}
table inet second {
  map ports { type inet_service : verdict; elements = { 80 : accept, 22 : goto closed } }
  chain input {
    type filter hook input priority filter; policy drop;
    ct state established,related accept
    meta mark 0x1 tcp dport vmap @ports
  }
  chain closed {
    ip saddr != 192.0.2.0/24 counter drop
  }
}
EOF`,
  },
  {
    ...base,
    variant: 'firewalld drop zone',
    breakServer: 'systemctl start firewalld; firewall-cmd -q --zone=drop --add-source=10.77.0.0/16',
  },
  {
    ...base,
    variant: 'firewalld rich rule',
    breakServer: `systemctl start firewalld
      firewall-cmd -q --add-rich-rule='rule family="ipv4" source address="10.77.2.0/24" port port="22" protocol="tcp" drop'`,
  },
  {
    ...base,
    variant: 'in front of ufw',
    breakServer: `
      ufw allow 22/tcp && ufw --force enable
      iptables -I ufw-before-input 1 -p tcp --dport 22 -j DROP`,
  },
];
