import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'admission/per-source-max-startups',
    suites: ['bookworm', 'trixie'],
    breakServer: `
      mkdir -p /etc/ssh/sshd_config.d
      echo 'PerSourceMaxStartups 2' >/etc/ssh/sshd_config.d/10-startups.conf
      ! sshd -T | grep -qi persourcepenalties || echo 'PerSourcePenalties no' >>/etc/ssh/sshd_config.d/10-startups.conf
      systemctl restart ssh`,
    breakClient: `
      setsid python3 -c "
import socket, time
held = [socket.create_connection(('$SERVER', 22)) for _ in range(2)]
time.sleep(600)" >/dev/null 2>&1 &
      sleep 0.7`,
    fails: /exchange_identification|MaxStartups|Not allowed/i,
    server: { verdict: 'confirmed', gates: { admission: 'closed' } },
    joined: { verdict: 'confirmed', gates: { admission: 'closed' } },
    unasked: 'what the client is told is that too many connections are open',
  },
];
