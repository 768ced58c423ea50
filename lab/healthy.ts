import type { CaseLogin } from './case.ts';
import type { Topology } from './net.ts';
import { dnsmasq, dropbear, nameserver, publishPort, resolvConf, startFail2ban, tinyssh } from './scripts.ts';
import type { Suite } from './seed.ts';

/** A host that is set up like somebody's server and lets the login in: sshwhy must stay silent. */
export interface Healthy {
  readonly name: string;
  readonly suites?: readonly Suite[];
  readonly setupServer?: string;
  readonly setupClient?: string;
  readonly topology?: Topology;
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
  { name: 'jump', topology: 'bastion' },
  {
    name: 'proxy-command',
    topology: 'bastion',
    setupClient: `printf 'Host web1\\n  ProxyCommand ssh -W %%h:%%p alice@bastion\\n' >/root/.ssh/config`,
  },
  {
    name: 'pam',
    setupServer: `
      printf '+:root:ALL\\n+:(alice):10.77.0.0/16\\n-:ALL:ALL\\n' > /etc/security/access.conf
      echo 'sshd;*;alice;Al0000-2400' > /etc/security/time.conf
      echo '* - maxlogins 20' > /etc/security/limits.d/many.conf
      printf 'alice\\nbob\\n' > /etc/ssh/allowed
      sed -i '1i account required pam_listfile.so item=user sense=allow file=/etc/ssh/allowed\\naccount required pam_access.so\\naccount required pam_time.so\\naccount [success=1 default=ignore] pam_succeed_if.so quiet uid >= 1000\\naccount required pam_deny.so' /etc/pam.d/sshd
      sed -i '1i auth required pam_faillock.so preauth\\nauth required pam_deny.so' /etc/pam.d/common-auth`,
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
  {
    // The certificate is all that there is: principals of the account, a KRL that names others, no authorized_keys.
    name: 'certificate',
    setupServer: `
      ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ca
      printf '%s\\n' "$PUBKEY" > /home/alice/mine.pub
      ssh-keygen -q -s /etc/ssh/ca -I alice-laptop -n admins -z 7 -V -1d:+52w -O source-address=10.77.0.0/16 /home/alice/mine.pub
      chmod 644 /home/alice/mine-cert.pub
      mkdir /etc/ssh/principals; printf '# who administers\\nfrom="10.77.*" admins\\n' > /etc/ssh/principals/alice
      printf 'serial: 8-20\\nid: somebody\\n' > /tmp/spec; ssh-keygen -q -k -f /etc/ssh/krl -s /etc/ssh/ca.pub /tmp/spec
      sed -i '1i TrustedUserCAKeys /etc/ssh/ca.pub\\nAuthorizedPrincipalsFile /etc/ssh/principals/%u\\nRevokedKeys /etc/ssh/krl' /etc/ssh/sshd_config
      systemctl restart ssh`,
    setupClient: `
      ssh alice@web1 cat mine-cert.pub > "$KEYFILE-cert.pub"
      ssh alice@web1 rm .ssh/authorized_keys`,
    ssh: { key: '/root/.ssh/id_ed25519.pub' },
  },
];
