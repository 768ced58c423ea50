import type { LabCase } from '../../case.ts';

const base = {
  id: 'firewall/rate-limit',
  // Connections in a row, until one does not get in.
  breakClient: `python3 -c 'import socket, sys
for _ in range(8):
    s = socket.socket(); s.settimeout(0.2); s.connect_ex((sys.argv[1], 22)); s.close()' "$SERVER"`,
  ssh: { args: ['-oConnectTimeout=3'] },
  joined: { verdict: 'likely', gates: { firewall: 'closed' } },
  unasked: 'that a rule has turned somebody away once is nothing against a login; a client sees a closed port',
} as const;

export const cases: readonly LabCase[] = [
  { ...base, variant: 'ufw limit', breakServer: 'ufw limit 22/tcp && ufw --force enable', fails: /Connection refused/ },
  {
    ...base,
    variant: 'recent',
    breakServer: `
      iptables -A INPUT -p tcp --dport 22 -m conntrack --ctstate NEW -m recent --name ssh --set
      iptables -A INPUT -p tcp --dport 22 -m conntrack --ctstate NEW -m recent --name ssh --update --seconds 60 --hitcount 4 -j DROP`,
    fails: /timed out/,
  },
  {
    ...base,
    variant: 'hashlimit',
    breakServer:
      'iptables-legacy -A INPUT -p tcp --dport 22 -m conntrack --ctstate NEW -m hashlimit --hashlimit-above 1/min --hashlimit-burst 3 --hashlimit-mode srcip --hashlimit-name ssh -j REJECT --reject-with tcp-reset',
    fails: /Connection refused/,
  },
  {
    ...base,
    variant: 'nft limit',
    breakServer: `nft -f - <<'EOF'
table inet filter {
  chain input {
    type filter hook input priority filter; policy drop;
    ct state established,related accept
    iif lo accept
    tcp dport 22 ct state new limit rate 1/minute burst 3 packets accept
    counter drop
  }
}
EOF`,
    fails: /timed out/,
  },
  {
    ...base,
    variant: 'nft meter',
    breakServer: `nft -f - <<'EOF'
table inet filter {
  set seen { type ipv4_addr; size 1000; flags dynamic; }
  chain input {
    type filter hook input priority filter; policy accept;
    tcp dport 22 ct state new add @seen { ip saddr limit rate over 1/minute burst 3 packets } counter drop
  }
}
EOF`,
    fails: /timed out/,
  },
];
