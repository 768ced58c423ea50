import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'network/middlebox-reset',
    topology: 'router',
    // Whoever sends the fifth packet towards the server is answered by a reset; the server hears nothing of it.
    breakRouter: `nft -f - <<'EOF'
table ip ips {
  chain forward {
    type filter hook forward priority filter; policy accept;
    tcp dport 22 ct state established ct original packets > 4 reject with tcp reset
  }
}
EOF`,
    fails: /Connection reset by/,
    client: { verdict: 'possible' },
    joined: { verdict: 'confirmed', gates: { network: 'closed' } },
    unasked: 'a server sees a client that falls silent and no more',
  },
];
