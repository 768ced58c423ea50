/** Sets that the rules of iptables may ask about, one of nearly every type (ipset(8)). */
export const IPSETS = `create ip4 hash:ip family inet
add ip4 192.0.2.1
add ip4 10.1.2.3
create ip6 hash:ip family inet6
add ip6 2001:db8::1
create net4 hash:net family inet
add net4 10.0.0.0/8
add net4 10.77.2.0/24 nomatch
add net4 192.0.2.64/26
create net6 hash:net family inet6
add net6 2001:db8::/32
add net6 2001:db8:1::/48 nomatch
create ipport4 hash:ip,port family inet
add ipport4 192.0.2.1,tcp:22
add ipport4 192.0.2.1,udp:80
add ipport4 10.1.2.3,tcp:2222
create netport4 hash:net,port family inet
add netport4 192.0.2.0/24,tcp:22
add netport4 192.0.2.64/26,tcp:22 nomatch
add netport4 10.0.0.0/8,tcp:80
create netport6 hash:net,port family inet6
add netport6 2001:db8::/32,tcp:22
create ports bitmap:port range 0-65535
add ports 22
add ports 440-450
create bits bitmap:ip range 192.0.2.0-192.0.2.255
add bits 192.0.2.77
create wide hash:ip family inet netmask 24
add wide 198.51.100.9
create face hash:net,iface family inet
add face 10.0.0.0/8,eth0
add face 192.0.2.0/24,eth1
create timed hash:ip family inet timeout 3000
add timed 203.0.113.200
create list list:set
add list ip4
add list net6
add list bits
`;
const ALL: readonly [string, string][] = [
  ['ip4', 'src'],
  ['ip4', 'dst'],
  ['ip6', 'src'],
  ['net4', 'src'],
  ['net6', 'src'],
  ['ipport4', 'src,dst'],
  ['ipport4', 'src,src'],
  ['netport4', 'src,dst'],
  ['netport6', 'src,dst'],
  ['ports', 'dst'],
  ['bits', 'src'],
  ['wide', 'src'],
  ['face', 'src,src'],
  ['timed', 'src'],
  ['list', 'src'],
  ['list', 'src,dst'],
];
/** The tool takes a set only for its own family. */
export function setMatches(v6: boolean): string[] {
  const fits = ([name]: readonly [string, string]): boolean =>
    !name.endsWith(v6 ? '4' : '6') && !(v6 && /bits|wide|face|timed/.test(name));
  return ALL.filter(fits).map(([name, flags]) => `--match-set ${name} ${flags}`);
}
