import type { Story } from '../story.ts';
import { symptom } from '../symptom.ts';

const MUTE = `nft -f - <<'EOR'
table inet mute {
  chain output {
    type filter hook output priority filter; policy accept;
    icmp type destination-unreachable icmp code frag-needed drop
    icmpv6 type packet-too-big drop
  }
}
EOR`;

export const story: Story = {
  name: 'hangs-before-login',
  title:
    'ssh hangs before the login: at “Connection established”, at the banner, at “expecting SSH2_MSG_KEX_ECDH_REPLY”',
  suite: 'bookworm',
  topology: 'router',
  breakRouter: `ip link set eth1 mtu 1280\n${MUTE}`,
  prepare: async ({ client }) => {
    // Old algorithms beside the usual ones make an offer that fills more than one packet of any link.
    await client.run(`printf '%s\\n' 'KexAlgorithms +diffie-hellman-group1-sha1,diffie-hellman-group14-sha1,diffie-hellman-group-exchange-sha1' \\
      'Ciphers +aes128-cbc,aes192-cbc,aes256-cbc,3des-cbc' 'MACs +hmac-sha1-96,hmac-md5,hmac-md5-96,hmac-md5-etm@openssh.com' >/root/.ssh/config`);
  },
  told: symptom({
    says: 'The connection is open and nothing more comes. The last line of `ssh -v` says where. `Connection established.` or `Local version string`: the server has not sent its first line (gates `admission` and `daemon`). `SSH2_MSG_KEXINIT sent` or `expecting SSH2_MSG_KEX_ECDH_REPLY`: small packets get through and the first large ones do not, or the server stopped in the middle (gates `network` and `handshake`).',
    works:
      'Name, network and firewall for small packets: the connection was opened. When a banner came, an SSH server runs there.',
    causes: [
      [
        'network/mtu-black-hole',
        'large packets are lost on the way and nobody says so: VPNs, tunnels, PPPoE. Small things such as ping work.',
      ],
      ['daemon/wedged', 'sshd is stopped or stuck, or another program holds the port and does not talk.'],
      ['name/reverse-dns-slow', 'it goes on after some seconds: see [slow login](slow-login.md).'],
      ['handshake/slow', 'the same, for another reason.'],
      ['host/overloaded', 'the machine has no time to answer, though its kernel still opens connections.'],
      ['host/fork-exhausted', 'sshd cannot start a process for the connection.'],
      ['network/wrong-service', 'what answers is not SSH, and waits for you to speak; or it is a tarpit.'],
      ['network/packet-corruption', 'bytes are altered on the way, so that packets are thrown away.'],
    ],
    command: 'sshwhy alice@web1',
    hint: 'Every wait of sshwhy is bounded; it tells how far the login came.',
    example: [
      'It hangs, from home and not from the office:',
      {
        on: 'client',
        type: 'timeout 6 ssh -v alice@web1 2>&1 | tail -n 2',
        shows: /expecting SSH2_MSG_KEX_\w+_REPLY/,
      },
      { on: 'client', type: 'sshwhy alice@web1', shows: /confirmed · network\/mtu-black-hole/ },
      'The link behind the router takes 1280 bytes, and the message that would say so is filtered. The cure is on the router, for everybody behind it: let the ICMP message through.',
      { on: 'router', type: 'nft delete table inet mute', shows: /^$/ },
      { on: 'client', type: 'ssh alice@web1 echo in', shows: /^in$/ },
      'Where the router is not yours, make the packets of your own machine smaller on this way: `ip route add ADDRESS via GATEWAY mtu 1280`.',
    ],
    console: {
      tells: 'Does sshd talk to somebody on the same machine? If so, the fault is on the way.',
      type: 'timeout 5 bash -c "exec 3<>/dev/tcp/127.0.0.1/22; head -n 1 <&3"\nss -tlnp | grep :22; ss -tn state established "( sport = :22 )"\nps -o pid,stat,args -C sshd; uptime',
    },
  }),
};
