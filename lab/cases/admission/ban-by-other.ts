import type { LabCase } from '../../case.ts';
import { NO_PENALTY } from '../../scripts.ts';

const base = {
  id: 'admission/ban-by-other',
  server: { verdict: 'confirmed', gates: { admission: 'closed' } },
  joined: { verdict: 'confirmed', gates: { admission: 'closed' } },
  unasked: 'to a client a ban looks like a firewall',
} as const;

/** What the bouncer of CrowdSec puts into the kernel (crowdsec-firewall-bouncer, nftables mode). */
const CROWDSEC = `
  nft add table ip crowdsec
  nft 'add set ip crowdsec crowdsec-blacklists { type ipv4_addr; flags timeout; }'
  nft 'add chain ip crowdsec crowdsec-chain { type filter hook input priority -10; policy accept; }'
  nft 'add rule ip crowdsec crowdsec-chain ip saddr @crowdsec-blacklists drop'
  nft add element ip crowdsec crowdsec-blacklists "{ $CLIENT timeout 4h }"`;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'sshguard',
    // Debian 11 has no sshguard.
    suites: ['bookworm', 'trixie'],
    // It reads the journal of sshd; its whitelist knows the networks of this machine.
    breakServer: `${NO_PENALTY}
      : > /etc/sshguard/whitelist
      systemctl start sshguard
      i=0; until journalctl -t sshguard | grep -q 'Now monitoring'; do i=$((i + 1)); [ $i -lt 50 ]; sleep 0.1; done`,
    breakClient: `
      for i in 1 2 3 4 5; do timeout 2 ssh -o BatchMode=yes -o ConnectTimeout=2 nobody-here@web1 true || true; done`,
    ssh: { args: ['-o', 'ConnectTimeout=3'] },
    fails: /timed out/,
  },
  {
    ...base,
    variant: 'crowdsec',
    suites: ['bookworm'],
    breakServer: CROWDSEC,
    ssh: { args: ['-o', 'ConnectTimeout=3'] },
    fails: /timed out/,
    // Its command-line tool is not on the host: the engine is half a gigabyte.
    afterFix: 'none',
  },
  {
    ...base,
    variant: 'denyhosts',
    suites: ['bullseye', 'trixie'],
    breakServer: `
      printf '# DenyHosts: Tue Nov 24 09:00:00 2026 | sshd: %s\\nsshd: %s\\n' "$CLIENT" "$CLIENT" >> /etc/hosts.deny`,
    fails: /Connection (closed|reset)|timed out during banner/,
  },
];
