import type { CaseLogin } from './case.ts';
import { startFail2ban } from './scripts.ts';
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
