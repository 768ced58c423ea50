import type { LabCase } from '../../case.ts';

/** A client that no longer answers, as behind a NAT that has forgotten it. */
const FORGOTTEN = `
  ssh alice@web1 sleep 60 & pid=$!
  sleep 1
  kill -STOP $pid
  sleep 4
  kill -KILL $pid`;

export const cases: readonly LabCase[] = [
  {
    id: 'session/idle-disconnect',
    breakServer: `sed -i '1i ClientAliveInterval 1\\nClientAliveCountMax 1' /etc/ssh/sshd_config; systemctl restart ssh`,
    breakClient: FORGOTTEN,
    loginWorks: true,
    fails: /^/,
    server: { verdict: 'confirmed', gates: { session: 'degraded' } },
    joined: { verdict: 'confirmed', gates: { session: 'degraded' } },
    unasked: 'the client of today was not cut off',
  },
];
