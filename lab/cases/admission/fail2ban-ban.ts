import type { LabCase } from '../../case.ts';
import { NO_PENALTY, startFail2ban } from '../../scripts.ts';

/** Real failures, until the ban stands. It may fall in the middle of a connection, which then hangs. */
const FAIL = `
  i=0
  while [ $i -lt 6 ]; do
    i=$((i + 1))
    timeout 3 ssh -o BatchMode=yes -o ConnectTimeout=2 nobody-here@web1 true 2>&1 | grep -q refused && exit 0
    sleep 0.7
  done
  exit 1`;

const base = {
  id: 'admission/fail2ban-ban',
  fails: /Connection refused/,
  breakClient: FAIL,
  server: { verdict: 'confirmed', gates: { admission: 'closed' } },
  joined: { verdict: 'confirmed', gates: { admission: 'closed' } },
  unasked: 'to a client a ban looks like a port on which nothing listens',
} as const;

export const cases: readonly LabCase[] = [
  { ...base, variant: 'nftables', breakServer: startFail2ban('nftables', 'maxretry = 2\\n') + NO_PENALTY },
  { ...base, variant: 'iptables', breakServer: startFail2ban('iptables-multiport', 'maxretry = 2\\n') + NO_PENALTY },
  {
    ...base,
    variant: 'by hand',
    suites: ['bookworm'],
    breakServer: `${startFail2ban('nftables', 'ignoreip = 127.0.0.1/8 10.77.0.0/16\\n')}
      fail2ban-client set sshd banip "$CLIENT"; sleep 1`,
    breakClient: ':',
  },
];
