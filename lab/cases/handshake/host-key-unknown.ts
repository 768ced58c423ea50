import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'handshake/host-key-unknown',
    breakClient: ': >/root/.ssh/known_hosts',
    ssh: { args: ['-oStrictHostKeyChecking=yes'] },
    fails: /Host key verification failed/,
    client: { verdict: 'confirmed', gates: { handshake: 'closed' } },
    joined: { verdict: 'confirmed', gates: { handshake: 'closed' } },
    unasked: 'the server does not know which keys the client knows',
  },
  {
    id: 'handshake/host-key-unknown',
    variant: 'other-name',
    suites: ['bookworm'],
    breakClient: "sed -i 's/^[^ ]*/db1/' /root/.ssh/known_hosts",
    ssh: { args: ['-oStrictHostKeyChecking=yes'] },
    fails: /Host key verification failed/,
    client: { verdict: 'confirmed', gates: { handshake: 'closed' } },
    joined: { verdict: 'confirmed', gates: { handshake: 'closed' } },
    unasked: 'the server does not know which keys the client knows',
  },
];
