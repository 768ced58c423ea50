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
    name: 'pam',
    setupServer: `
      printf '+:root:ALL\\n+:(alice):10.77.0.0/16\\n-:ALL:ALL\\n' > /etc/security/access.conf
      echo 'sshd;*;alice;Al0000-2400' > /etc/security/time.conf
      echo '* - maxlogins 20' > /etc/security/limits.d/many.conf
      printf 'alice\\nbob\\n' > /etc/ssh/allowed
      sed -i '1i account required pam_listfile.so item=user sense=allow file=/etc/ssh/allowed\\naccount required pam_access.so\\naccount required pam_time.so\\naccount [success=1 default=ignore] pam_succeed_if.so quiet uid >= 1000\\naccount required pam_deny.so' /etc/pam.d/sshd
      sed -i '1i auth required pam_faillock.so preauth\\nauth required pam_deny.so' /etc/pam.d/common-auth`,
  },
];
