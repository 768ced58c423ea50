import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'session/rc-noise',
    breakServer: `usermod --shell /bin/bash alice; sed -i '1i echo Welcome to web1' /home/alice/.bashrc 2>/dev/null || echo 'echo Welcome to web1' > /home/alice/.bashrc`,
    loginWorks: true,
    fails: /Welcome to web1/,
    client: { verdict: 'confirmed', gates: { session: 'degraded' } },
    joined: { verdict: 'confirmed', gates: { session: 'degraded' } },
    unasked: "what a user's start-up files print is not run on the server to find out",
  },
];
