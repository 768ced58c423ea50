import type { Story } from '../story.ts';

export const story: Story = {
  name: 'connection-timed-out',
  title: 'Connection timed out: a firewall in front of the server',
  suite: 'bookworm',
  topology: 'router',
  breakRouter: `nft -f - <<'EOF'
table inet edge {
  chain forward {
    type filter hook forward priority filter; policy drop;
    ct state established,related accept
    tcp dport { 80, 443 } accept
    meta l4proto { icmp, ipv6-icmp } accept
  }
}
EOF`,
  told: [
    'A new server, and the first login hangs:',
    { on: 'client', type: 'ssh -o ConnectTimeout=5 alice@web1', shows: /timed out/ },
    'A time-out means that somebody throws the packets away: the server itself, or something in front of it. The first look is from here:',
    { on: 'client', type: 'sshwhy alice@web1', shows: /firewall/ },
    'The machine answers on another port, so it is up, and only port 22 is swallowed. Which of the machines on the way does it? With both sides joined, sshwhy knows what the server itself would do to this very packet:',
    { on: 'client', type: "sshwhy alice@web1 --on 'exec:console web1'", shows: /firewall\/path-filtered/ },
    'So there is nothing to repair on the server: sshd listens, and its own rules let this client in. The packets are kept on the way. Here it is the edge router (in a cloud it would be the security group), where port 22 was forgotten:',
    { on: 'router', type: 'nft add rule inet edge forward ip daddr 10.77.2.20 tcp dport 22 accept', shows: /^$/ },
    { on: 'client', type: 'ssh alice@web1 echo in', shows: /^in$/ },
    'The page of the cause: [firewall/path-filtered](../causes/firewall/path-filtered.md).',
  ],
};
