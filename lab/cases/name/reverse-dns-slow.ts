import type { LabCase } from '../../case.ts';
import { nameserver } from '../../scripts.ts';

const base = {
  id: 'name/reverse-dns-slow',
  suites: ['bookworm', 'trixie'],
  fails: /^/,
  loginWorks: true,
  server: { verdict: 'confirmed', gates: { name: 'degraded' } },
  joined: { verdict: 'confirmed', gates: { name: 'degraded' } },
  unasked: 'the client sees a pause, and not what the server waits for',
} as const;

const USE_DNS = `echo 'UseDNS yes' >/etc/ssh/sshd_config.d/10-dns.conf; systemctl restart ssh`;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'slow nameserver',
    breakServer: `${nameserver({ '10.2.77.10.in-addr.arpa': 'laptop.corp.example', 'laptop.corp.example': '10.77.2.10' }, 1.2)}
      ${USE_DNS}`,
  },
  {
    ...base,
    variant: 'dead nameserver',
    suites: ['bookworm'],
    breakServer: `printf 'nameserver 10.77.2.99\\noptions timeout:2 attempts:1\\n' >/etc/resolv.conf
      ${USE_DNS}`,
  },
];
