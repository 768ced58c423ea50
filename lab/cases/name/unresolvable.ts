import type { LabCase } from '../../case.ts';

/** A nameserver that answers every question with one response code (RFC 1035, 4.1.1). */
const nameserver = (code: number): string => `
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

export const cases: readonly LabCase[] = [
  { ...base, variant: 'no nameserver' },
  { ...base, variant: 'NXDOMAIN', breakClient: nameserver(3) },
  { ...base, variant: 'SERVFAIL', breakClient: nameserver(2) },
  {
    ...base,
    variant: 'silent',
    breakClient: `printf 'nameserver 10.77.2.99\\noptions timeout:1 attempts:1\\n' >/etc/resolv.conf`,
  },
];
