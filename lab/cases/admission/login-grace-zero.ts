import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'admission/login-grace-zero',
    breakServer: `
      mkdir -p /etc/ssh/sshd_config.d
      printf 'LoginGraceTime 0\\nMaxStartups 3:100:3\\n' >/etc/ssh/sshd_config.d/10-grace.conf
      ! sshd -T | grep -qi persourcepenalties || echo 'PerSourcePenalties no' >>/etc/ssh/sshd_config.d/10-grace.conf
      systemctl restart ssh`,
    breakClient: `
      setsid python3 -c "
import socket, time
held = [socket.create_connection(('$SERVER', 22)) for _ in range(3)]
time.sleep(600)" >/dev/null 2>&1 &
      sleep 0.7`,
    fails: /exchange_identification|MaxStartups|Not allowed/i,
    server: { verdict: 'confirmed', contains: ['admission/max-startups'] },
    joined: { verdict: 'confirmed' },
    unasked: 'what the client is told is that all slots are taken',
  },
];
