import type { LabCase } from '../../case.ts';

const id = 'session/shell-exits';

export const cases: readonly LabCase[] = [
  {
    id,
    variant: 'nologin',
    breakServer: 'usermod --shell /usr/sbin/nologin alice',
    fails: /currently not available/,
    server: { verdict: 'confirmed', gates: { session: 'closed' } },
    client: { verdict: 'confirmed', gates: { session: 'closed' } },
    joined: { verdict: 'confirmed', gates: { session: 'closed' } },
  },
  {
    id,
    variant: 'forced command',
    suites: ['bookworm'],
    breakServer: `sed -i 's/^/command="echo no shell for you; false" /' /home/alice/.ssh/authorized_keys`,
    fails: /no shell for you/,
    client: { verdict: 'confirmed', gates: { session: 'closed' } },
    joined: { verdict: 'confirmed', gates: { session: 'closed' } },
    unasked: 'what a forced command does is not run to find out',
  },
];
