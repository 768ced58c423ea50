import type { LabCase } from '../../case.ts';

const id = 'session/pty-failed';

export const cases: readonly LabCase[] = [
  {
    id,
    breakServer: `printf 'Match User alice\\n  PermitTTY no\\n' >> /etc/ssh/sshd_config; systemctl restart ssh`,
    ssh: { args: ['-o', 'RequestTTY=force'] },
    fails: /PTY allocation request failed/,
    server: { verdict: 'confirmed', exit: 0 },
    joined: { verdict: 'confirmed', gates: { session: 'degraded' }, exit: 0 },
    unasked: 'the client asks for no terminal to find out',
  },
  {
    id,
    variant: 'restrict',
    suites: ['bookworm'],
    breakServer: `sed -i 's/^/restrict /' /home/alice/.ssh/authorized_keys`,
    ssh: { args: ['-o', 'RequestTTY=force'] },
    fails: /PTY allocation request failed/,
    joined: { verdict: 'confirmed', contains: ['session/forwarding-disabled'], exit: 0 },
    unasked: 'the other case asks them',
  },
];
