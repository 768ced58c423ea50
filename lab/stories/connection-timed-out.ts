import type { Story } from '../story.ts';
import { symptom } from '../symptom.ts';

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
  told: symptom({
    says: 'Nobody answered, neither with yes nor with no. Somebody throws the packets away (the server, something in front of it, a cloud), or they go where there is nobody. The gate is `firewall`, or `network`.',
    works:
      'ssh and its configuration, and the name: it has an address. Nothing of the server is proven. It may be well.',
    causes: [
      ['firewall/host-drop', 'the firewall of the server itself drops the port.'],
      [
        'firewall/path-filtered',
        'something between the two drops it: a router, a firewall of the company, a provider.',
      ],
      [
        'firewall/aws-security-group',
        'a cloud lets nobody in from your address: also [azure-nsg](../causes/firewall/azure-nsg.md), [gcp-vpc](../causes/firewall/gcp-vpc.md), [aws-network-acl](../causes/firewall/aws-network-acl.md); [guide](clouds.md).',
      ],
      ['network/vpn-required', 'the address is private, and its VPN is not connected ([guide](vpn.md)).'],
      ['network/host-down', 'the machine is off, and the router in front of it says nothing.'],
      ['admission/fail2ban-ban', 'your address is banned, and the ban drops. Others get in.'],
      ['name/stale-address', 'the name leads to an address where nobody is any more.'],
      ['name/ipv6-broken', 'ssh took the IPv6 address, which does not answer; `ssh -4` works.'],
      ['firewall/rate-limit', 'too many new connections in a short time; it works again after a minute.'],
      ['network/asymmetric-route', 'the answers of the server take another way, and are lost there.'],
    ],
    command: 'sshwhy alice@web1',
    hint: 'With `--on DOOR` it also knows what the server would do to this very packet, and with `--cloud` what the cloud would.',
    example: [
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
    console: {
      tells:
        'Do the packets arrive? While you try from outside, watch on the server. If nothing is seen, they are lost on the way, and the server is not at fault; if they are seen and not answered, it is its firewall or its route back.',
      type: 'tcpdump -ni any tcp port 22\nss -tlnp | grep sshd\nnft list ruleset | grep -nE "policy drop|dport"; iptables -S INPUT; ufw status\nip route get CLIENT_ADDRESS',
    },
  }),
};
