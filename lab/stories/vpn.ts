import type { Story } from '../story.ts';

export const story: Story = {
  name: 'vpn',
  title: 'VPNs: the server is inside, and ssh says “timed out”, “No route to host” or “Could not resolve hostname”',
  suite: 'bookworm',
  topology: 'router',
  prepare: async ({ client, router, host }) => {
    await client.run(`ip link add wg0 type veth peer name far netns ${router?.pid}
      ip address add 10.99.0.2/24 dev wg0
      echo '10.99.0.20 db1' >>/etc/hosts
      line="db1 $(grep '^web1 ' /root/.ssh/known_hosts | grep ed25519 | cut -d' ' -f2-)"
      echo "$line" >/root/.ssh/known_hosts`);
    await router?.run(`ip address add 10.99.0.1/24 dev far; ip link set far up
      sysctl -qw net.ipv4.conf.far.proxy_arp=1
      ip route add 10.99.0.20/32 via 10.77.2.20
      nft add table inet edge
      nft add chain inet edge forward '{ type filter hook forward priority filter; }'
      nft add rule inet edge forward iif eth0 ip daddr 10.99.0.0/16 drop`);
    await host.run('ip address add 10.99.0.20/32 dev lo');
  },
  commands: () => ({ vpn: 'ip link set wg0 "$1"; sleep 0.5' }),
  told: [
    'A server behind a VPN has a private address (10…, 172.16…–172.31…, 192.168…, 100.64…–100.127…, fd…). Without the VPN its packets go to the nearest router, which throws them away or knows nothing of them. ssh cannot tell that from a firewall or from a machine that is off.',
    '## What the messages say',
    [
      '| message | with the VPN off it means |',
      '|---|---|',
      '| `Connection timed out` | your default route took the packets, and nobody there knows the address |',
      '| `No route to host`, `Network is unreachable` | there is no default route, or a router says that it has none |',
      '| `Could not resolve hostname` | the name is known only to the nameserver inside ([more](could-not-resolve-hostname.md)) |',
      '| it hangs after `expecting SSH2_MSG_KEX_ECDH_REPLY` | the VPN is on, and loses large packets ([more](hangs-before-login.md)) |',
      '| `REMOTE HOST IDENTIFICATION HAS CHANGED` | the same private address is another machine in the network where you are ([more](host-key-verification-failed.md)) |',
    ].join('\n'),
    'Causes: [`network/vpn-required`](../causes/network/vpn-required.md), [`network/no-route`](../causes/network/no-route.md), [`network/mtu-black-hole`](../causes/network/mtu-black-hole.md), [`name/unresolvable`](../causes/name/unresolvable.md), [`network/asymmetric-route`](../causes/network/asymmetric-route.md).',
    '## The one command',
    '```sh\nsshwhy alice@db1\n```',
    '## One such host',
    { on: 'client', type: 'ssh -o ConnectTimeout=4 alice@db1', shows: /timed out/ },
    { on: 'client', type: 'sshwhy alice@db1', shows: /network\/vpn-required/ },
    'There is an interface of a tunnel on this machine, with an address of the same network, and it is down. (`vpn` stands for what connects yours: `wg-quick up`, `openvpn`, `nmcli connection up`.)',
    { on: 'client', type: 'vpn up', shows: /^$/ },
    { on: 'client', type: 'ssh alice@db1 echo in', shows: /^in$/ },
    'With the VPN on and the login still failing, ask again: what was the network is then open, and the next gate is named.',
    '## With nothing but a console',
    'The server is not at fault. What its console can tell is whether it sees you come, and by which address: that of the VPN, or of a NAT before it.',
    '```sh\nip -br addr; ip route get CLIENT_ADDRESS\njournalctl -t sshd -n 20 --no-pager | grep -E "from [0-9a-f.:]+"\n```',
  ],
};
