import type { LabCase } from '../../case.ts';

const start = (action: string): string => `
  printf '[sshd]\\nenabled = true\\nbackend = systemd\\nmaxretry = 2\\nbanaction = ${action}\\n' >/etc/fail2ban/jail.d/sshd.local
  systemctl start fail2ban
  i=0; until timeout 2 fail2ban-client status sshd; do i=$((i + 1)); [ $i -lt 50 ]; sleep 0.2; done`;

/** Penalties of sshd itself would keep the failures from being counted. */
const NO_PENALTY = `
  ! sshd -T | grep -qi persourcepenalties || { echo 'PerSourcePenalties no' >/etc/ssh/sshd_config.d/10-no.conf; systemctl restart ssh; }`;

/** Real failures, until the ban stands. */
const FAIL = `
  i=0
  while [ $i -lt 6 ]; do
    i=$((i + 1))
    ssh -o BatchMode=yes -o ConnectTimeout=2 nobody-here@web1 true 2>&1 | grep -q refused && exit 0
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
  { ...base, variant: 'nftables', breakServer: start('nftables') + NO_PENALTY },
  { ...base, variant: 'iptables', breakServer: start('iptables-multiport') + NO_PENALTY },
];
