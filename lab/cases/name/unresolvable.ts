import type { LabCase } from '../../case.ts';
import { dnsmasq, resolvConf } from '../../scripts.ts';

/** A nameserver that answers every question with one response code (RFC 1035, 4.1.1). */
const refusing = (code: number): string => `
  setsid python3 -c "
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('127.0.0.53', 53))
while True:
    q, peer = s.recvfrom(4096)
    s.sendto(q[:2] + bytes([0x81, 0x80 | ${code}]) + q[4:6] + bytes(6) + q[12:], peer)" >/dev/null 2>&1 &
  echo 'nameserver 127.0.0.53' >/etc/resolv.conf
  sleep 0.5`;

const base = {
  id: 'name/unresolvable',
  suites: ['bookworm'],
  ssh: { host: 'web11' },
  fails: /Could not resolve hostname/,
  client: { verdict: 'confirmed', gates: { name: 'closed' } },
  joined: { verdict: 'confirmed', gates: { name: 'closed' } },
  unasked: 'the server has no part in it',
} as const;

const dns = (record: string, ...lines: readonly string[]): string => `
  ${dnsmasq('127.0.1.1', `host-record=${record},10.77.2.20`)}
  ${resolvConf('nameserver 127.0.1.1', ...lines)}`;

export const cases: readonly LabCase[] = [
  { ...base, variant: 'no nameserver' },
  { ...base, variant: 'NXDOMAIN', breakClient: refusing(3) },
  { ...base, variant: 'SERVFAIL', breakClient: refusing(2) },
  { ...base, variant: 'REFUSED', breakClient: refusing(5) },
  {
    ...base,
    variant: 'search domains',
    ssh: { host: 'db7' },
    breakClient: dns('db7.corp.example', 'search lab.example lan'),
  },
  { ...base, variant: 'no AAAA and only IPv6', ssh: { host: 'web1.lan', args: ['-6'] }, breakClient: dns('web1.lan') },
  {
    ...base,
    variant: 'nsswitch without dns',
    ssh: { host: 'web1.lan' },
    breakClient: `${dns('web1.lan')}
      sed -i 's/^hosts:.*/hosts: files/' /etc/nsswitch.conf`,
  },
  {
    ...base,
    variant: 'letters beyond ASCII',
    ssh: { host: 'bücher.lan' },
    breakClient: dns('xn--bcher-kva.lan'),
  },
];
