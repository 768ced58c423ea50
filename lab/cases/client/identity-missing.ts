import type { LabCase } from '../../case.ts';

const base = {
  id: 'client/identity-missing',
  suites: ['bookworm'],
  fails: /Permission denied/,
  unasked: 'the server sees a client without a key',
} as const;

const gates = { handshake: 'open', client: 'closed' } as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'configured',
    breakClient: `mv /root/.ssh/id_ed25519 /root/.ssh/work; rm /root/.ssh/id_ed25519.pub; printf 'IdentityFile ~/.ssh/wrok\\n' >/root/.ssh/config`,
    client: { verdict: 'confirmed', gates },
    joined: { verdict: 'confirmed', gates },
  },
  {
    ...base,
    variant: 'option',
    breakClient: `mv /root/.ssh/id_ed25519 /root/.ssh/work; rm /root/.ssh/id_ed25519.pub`,
    ssh: { args: ['-i', '/root/.ssh/wrok'] },
    client: { verdict: 'confirmed', gates },
    joined: { verdict: 'confirmed', gates },
  },
  {
    ...base,
    variant: 'another-refused',
    breakClient: `
      mv /root/.ssh/id_ed25519 /root/.ssh/work; rm /root/.ssh/id_ed25519.pub
      ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519`,
    ssh: { args: ['-i', '/root/.ssh/wrok'] },
    client: { verdict: 'likely', gates },
    joined: { verdict: 'likely', gates },
  },
];
