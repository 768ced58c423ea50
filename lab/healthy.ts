import type { CaseLogin } from './case.ts';
import { dnsmasq, dropbear, nameserver, resolvConf, startFail2ban, tinyssh } from './scripts.ts';
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
    name: 'dual-stack name in a search domain',
    setupClient: `${dnsmasq('127.0.1.1', 'host-record=web1.lan,10.77.2.20,fd77:2::20')}
      ${resolvConf('nameserver 127.0.1.1', 'search corp.example lan')}`,
  },
  {
    name: 'two nameservers that agree and a dead one',
    suites: ['bookworm'],
    setupClient: `${dnsmasq('127.0.1.1', 'host-record=web1,10.77.2.20')}
      ${dnsmasq('127.0.1.2', 'host-record=web1,10.77.2.20')}
      ${resolvConf('nameserver 127.0.1.1', 'nameserver 127.0.1.2', 'nameserver 10.77.2.99')}`,
  },
  {
    name: 'rules by name with UseDNS',
    setupServer: `${nameserver({ '10.2.77.10.in-addr.arpa': 'laptop.corp.example', 'laptop.corp.example': '10.77.2.10' })}
      sed -i 's/^/from="*.corp.example" /' /home/alice/.ssh/authorized_keys
      printf 'UseDNS yes\\nPubkeyAuthentication no\\nMatch Host *.corp.example\\nPubkeyAuthentication yes\\n' >/etc/ssh/sshd_config.d/10-dns.conf
      systemctl restart ssh`,
  },
  {
    name: 'dropbear',
    setupServer: dropbear(2222),
    ssh: { port: 2222 },
  },
  {
    name: 'dropbear-alone',
    setupServer: `systemctl disable --now ssh.service 2>/dev/null\n${dropbear(22)}`,
  },
  {
    name: 'tinyssh',
    setupServer: tinyssh(2222),
    setupClient: 'ssh-keyscan -p 2222 web1 >/root/.ssh/known_hosts 2>/dev/null',
    ssh: { port: 2222 },
  },
  {
    name: 'tinyssh-alone',
    setupServer: `systemctl disable --now ssh.service 2>/dev/null\n${tinyssh(22)}`,
    setupClient: 'ssh-keyscan web1 >/root/.ssh/known_hosts 2>/dev/null',
  },
];
