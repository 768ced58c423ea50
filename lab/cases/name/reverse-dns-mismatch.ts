import type { LabCase } from '../../case.ts';
import { nameserver } from '../../scripts.ts';

const base = {
  id: 'name/reverse-dns-mismatch',
  suites: ['bookworm'],
  fails: /Permission denied/,
  server: { verdict: 'confirmed' },
  joined: { verdict: 'confirmed' },
  unasked: 'the client sees a refused key and no more',
} as const;

const PTR = '10.2.77.10.in-addr.arpa';
const NAME = 'laptop.corp.example';
const FROM = `sed -i 's/^/from="*.corp.example" /' /home/alice/.ssh/authorized_keys`;
const config = (...lines: readonly string[]): string =>
  `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} >/etc/ssh/sshd_config.d/10-dns.conf; systemctl restart ssh`;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'a key for a name without UseDNS',
    suites: ['bullseye', 'bookworm', 'trixie'],
    breakServer: `${nameserver({ [PTR]: NAME, [NAME]: '10.77.2.10' })}
      ${FROM}`,
  },
  {
    ...base,
    variant: 'no PTR record',
    breakServer: `${nameserver({})}
      ${FROM}
      ${config('UseDNS yes')}`,
  },
  {
    ...base,
    variant: 'a name that does not lead back',
    suites: ['bullseye', 'bookworm', 'trixie'],
    breakServer: `${nameserver({ [PTR]: NAME, [NAME]: '10.77.2.77' })}
      ${FROM}
      ${config('UseDNS yes')}`,
  },
  {
    ...base,
    variant: 'AllowUsers',
    breakServer: `${nameserver({ [PTR]: NAME })}
      ${config('UseDNS yes', 'AllowUsers bob alice@*.corp.example')}`,
  },
  {
    ...base,
    variant: 'Match Host',
    breakServer: `${nameserver({})}
      ${config('UseDNS yes', 'PubkeyAuthentication no', 'Match Host *.corp.example', 'PubkeyAuthentication yes')}`,
    server: { verdict: 'likely' },
    joined: { verdict: 'likely' },
  },
];
