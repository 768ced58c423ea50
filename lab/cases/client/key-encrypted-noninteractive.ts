import type { LabCase } from '../../case.ts';

const base = {
  id: 'client/key-encrypted-noninteractive',
  suites: ['bookworm'],
  fails: /Permission denied/,
  unasked: 'the server sees a client that asks about a key and does not sign',
} as const;

const gates = { client: 'closed', handshake: 'open' } as const;
const encrypt = `ssh-keygen -q -p -N secret -f /root/.ssh/id_ed25519`;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'no-agent',
    breakClient: encrypt,
    client: { verdict: 'confirmed', gates },
    joined: { verdict: 'confirmed', gates },
  },
  {
    ...base,
    variant: 'empty-agent',
    breakClient: `${encrypt}
      eval "$(ssh-agent -a "$TMP/agent")" >/dev/null
      printf 'IdentityAgent %s\\nBatchMode yes\\n' "$TMP/agent" >/root/.ssh/config`,
    client: { verdict: 'confirmed', gates },
    joined: { verdict: 'confirmed', gates },
  },
  {
    ...base,
    variant: 'pem',
    breakClient: `
      rm /root/.ssh/id_ed25519 /root/.ssh/id_ed25519.pub
      ssh-keygen -q -t rsa -m PEM -N secret -f /root/.ssh/id_rsa; rm /root/.ssh/id_rsa.pub`,
    client: { verdict: 'likely', gates },
    joined: { verdict: 'likely', gates },
  },
];
