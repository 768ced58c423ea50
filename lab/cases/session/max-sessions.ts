import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'session/max-sessions',
    breakServer: `printf 'Match User alice\\n  MaxSessions 0\\n' >> /etc/ssh/sshd_config; systemctl restart ssh`,
    fails: /open failed|no more sessions/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    unasked: 'the client says only that the channel was not opened',
  },
];
