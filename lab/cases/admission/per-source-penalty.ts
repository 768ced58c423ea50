import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'admission/per-source-penalty',
    suites: ['trixie'],
    breakServer: `
      echo 'PerSourcePenalties noauth:60s min:1s' >/etc/ssh/sshd_config.d/10-penalties.conf
      systemctl restart ssh`,
    breakClient: 'ssh -o BatchMode=yes nobody-here@web1 true 2>/dev/null || sleep 0.5',
    fails: /exchange_identification|Not allowed/i,
    client: { verdict: 'likely', gates: { admission: 'closed' } },
    server: { verdict: 'confirmed', gates: { admission: 'closed' } },
    joined: { verdict: 'confirmed', gates: { admission: 'closed' } },
  },
  {
    // Its own log says for how long, before anybody was turned away.
    id: 'admission/per-source-penalty',
    variant: 'default limits',
    suites: ['trixie'],
    breakClient: `
      for i in $(seq 60); do
        ssh -o BatchMode=yes nobody-here@web1 true 2>&1 | grep -qiE 'Not allowed|exchange' && exit 0
        ssh -o BatchMode=yes nobody-here@web1 true 2>&1 | grep -qiE 'Not allowed|exchange' && exit 0
      done; exit 1`,
    fails: /exchange_identification|Not allowed/i,
    server: { verdict: 'confirmed', gates: { admission: 'closed' } },
    client: { verdict: 'likely', gates: { admission: 'closed' } },
    joined: { verdict: 'confirmed', gates: { admission: 'closed' } },
  },
];
