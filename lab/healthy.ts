import type { CaseLogin } from './case.ts';
import { publishPort, startFail2ban } from './scripts.ts';
import type { Suite } from './seed.ts';

/** A host that is set up like somebody's server and lets the login in: sshwhy must stay silent. */
export interface Healthy {
  readonly name: string;
  readonly suites?: readonly Suite[];
  readonly setupServer?: string;
  readonly setupClient?: string;
  readonly ssh?: CaseLogin;
}

export const healthy: readonly Healthy[] = [
  { name: 'plain' },
  {
    name: 'ufw',
    setupServer: 'ufw allow 22/tcp && ufw --force enable',
  },
  {
    name: 'strict-nft',
    setupServer: `nft -f - <<'EOF'
table inet filter {
  chain input {
    type filter hook input priority filter; policy drop;
    ct state established,related accept
    ct state invalid drop
    iif lo accept
    meta l4proto { icmp, ipv6-icmp } accept
    ip saddr 10.77.0.0/16 tcp dport 22 ct state new accept
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
  }
}
EOF`,
  },
  {
    name: 'fail2ban',
    setupServer: startFail2ban('nftables-multiport'),
  },
  {
    name: 'hardened',
    setupServer: `
      usermod -L alice
      mkdir -p /etc/ssh/sshd_config.d
      printf 'PasswordAuthentication no\\nAllowUsers alice\\nPermitRootLogin no\\n' >/etc/ssh/sshd_config.d/10-hardened.conf
      systemctl restart ssh`,
  },
  {
    name: 'match-overrides',
    setupServer: `
      printf 'UsePAM yes\\nPubkeyAuthentication no\\nAllowUsers bob\\nMatch User alice\\n  PubkeyAuthentication yes\\n  AllowUsers alice\\n' >/etc/ssh/sshd_config
      systemctl restart ssh`,
  },
  {
    name: 'port-2222',
    setupServer: `
      mkdir -p /etc/ssh/sshd_config.d
      echo 'Port 2222' >/etc/ssh/sshd_config.d/10-port.conf
      systemctl restart ssh`,
    setupClient: `printf 'Host web1\\n  Port 2222\\n' >/root/.ssh/config`,
    ssh: { port: 2222 },
  },
  {
    name: 'firewalld',
    setupServer: 'systemctl start firewalld; firewall-cmd -q --add-port=8080/tcp',
  },
  {
    name: 'ufw-limit',
    setupServer: 'ufw limit 22/tcp && ufw --force enable',
  },
  {
    name: 'strict-iptables',
    setupServer: `
      for t in iptables ip6tables; do
        $t -A INPUT -i lo -j ACCEPT
        $t -A INPUT -m conntrack --ctstate INVALID -j DROP
        $t -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        $t -A INPUT -p tcp --syn --dport 22 -m limit --limit 30/min --limit-burst 20 -j ACCEPT
        $t -A OUTPUT -o lo -j ACCEPT
        $t -A OUTPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
      done
      ip6tables -I INPUT -p ipv6-icmp -j ACCEPT; ip6tables -I OUTPUT -p ipv6-icmp -j ACCEPT
      for t in iptables ip6tables; do $t -P INPUT DROP; $t -P FORWARD DROP; $t -P OUTPUT DROP; done`,
  },
  {
    name: 'docker-like',
    setupServer: publishPort(8080, 80),
  },
  {
    name: 'nft-nat-of-others',
    setupServer: `nft -f - <<'EOF'
table inet edge {
  chain translate {
    type nat hook prerouting priority dstnat; policy accept;
    tcp dport 80 dnat ip to 10.88.0.2:8080
    tcp dport 2222 redirect to :22
  }
  chain input {
    type filter hook input priority filter; policy drop;
    ct state vmap { established : accept, related : accept, invalid : drop }
    iif lo accept
    meta l4proto { icmp, ipv6-icmp } accept
    ct status dnat accept
    tcp dport 22 accept
  }
}
EOF`,
  },
];
