import type { LabCase } from '../../case.ts';

/** Old algorithms beside the usual ones make a KEXINIT that fills more than one packet of any link. */
const LARGE_KEXINIT = [
  '-oKexAlgorithms=+diffie-hellman-group1-sha1,diffie-hellman-group14-sha1,diffie-hellman-group-exchange-sha1',
  '-oCiphers=+aes128-cbc,aes192-cbc,aes256-cbc,3des-cbc',
  '-oMACs=+hmac-sha1-96,hmac-md5,hmac-md5-96,hmac-md5-etm@openssh.com',
];

/** ICMP and ICMPv6 "too big" never leave the router. */
const MUTE = `nft -f - <<'EOF'
table inet mute {
  chain output {
    type filter hook output priority filter; policy accept;
    icmp type destination-unreachable icmp code frag-needed drop
    icmpv6 type packet-too-big drop
  }
}
EOF`;

const base = {
  id: 'network/mtu-black-hole',
  suites: ['bookworm'],
  topology: 'router',
  breakRouter: `ip link set eth1 mtu 1280\n${MUTE}`,
  fails: /expecting SSH2_MSG_KEX_\w+_REPLY/,
  client: { verdict: 'confirmed', gates: { network: 'closed' } },
  joined: { verdict: 'confirmed', gates: { network: 'closed' } },
  unasked: 'a server sees a client that falls silent and no more',
} as const;

export const cases: readonly LabCase[] = [
  { ...base, ssh: { args: ['-oLogLevel=DEBUG1', ...LARGE_KEXINIT] } },
  {
    ...base,
    variant: 'ipv6',
    ssh: {
      host: 'fd77:2::20',
      from: 'fd77:1::10',
      args: ['-oLogLevel=DEBUG1', '-oStrictHostKeyChecking=no', ...LARGE_KEXINIT],
    },
  },
];
