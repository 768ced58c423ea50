import type { LabCase } from '../../case.ts';
import { dnsmasq, resolvConf } from '../../scripts.ts';

const base = {
  id: 'name/ipv6-broken',
  suites: ['bookworm'],
  breakClient: `${dnsmasq('127.0.1.1', 'host-record=web1,10.77.2.20,fd77:2::20')}
    ${resolvConf('nameserver 127.0.1.1')}`,
  fails: /^/,
  unasked: 'the server sees a login by IPv4 and nothing of the packets that were lost',
} as const;

const DROP = `nft -f - <<'EOF'
table ip6 lab {
  chain input {
    type filter hook input priority filter; policy accept;
    tcp dport 22 drop
  }
}
EOF`;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'dropped',
    breakServer: DROP,
    ssh: { args: ['-oConnectTimeout=3'] },
    loginWorks: true,
    client: { verdict: 'confirmed', gates: { name: 'degraded' } },
    joined: { verdict: 'confirmed', gates: { name: 'degraded' } },
  },
  {
    ...base,
    variant: 'rejected',
    breakServer: `echo 'ListenAddress 0.0.0.0' >/etc/ssh/sshd_config.d/10-v4.conf; systemctl restart ssh`,
    loginWorks: true,
    client: { verdict: 'confirmed', gates: { name: 'open' } },
    joined: { verdict: 'confirmed', gates: { name: 'open' } },
  },
  {
    ...base,
    variant: 'dropped and nothing else allowed',
    breakServer: DROP,
    breakClient: `${base.breakClient}
      printf 'Host web1\\n  AddressFamily inet6\\n  ConnectTimeout 3\\n' >/root/.ssh/config`,
    fails: /timed out/,
    client: { verdict: 'confirmed', gates: { name: 'closed' } },
    joined: { verdict: 'confirmed', gates: { name: 'closed' } },
  },
  {
    ...base,
    variant: 'no route and nothing else allowed',
    breakClient: `${base.breakClient}
      ip -6 address flush dev eth0
      printf 'Host *\\n  AddressFamily inet6\\n' >/root/.ssh/config`,
    fails: /Network is unreachable/,
    client: { verdict: 'confirmed', gates: { name: 'closed' } },
    joined: { verdict: 'confirmed', gates: { name: 'closed' } },
  },
];
