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
];
