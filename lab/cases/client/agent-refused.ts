import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'client/agent-refused',
    variant: 'confirm',
    suites: ['bookworm'],
    breakClient: `
      export SSH_ASKPASS=/bin/false DISPLAY=:9
      eval "$(ssh-agent -a "$TMP/agent")" >/dev/null
      ssh-add -q -c /root/.ssh/id_ed25519
      rm /root/.ssh/id_ed25519 /root/.ssh/id_ed25519.pub
      echo "IdentityAgent $TMP/agent" >/root/.ssh/config`,
    fails: /agent refused operation[\s\S]*Permission denied/,
    client: { verdict: 'confirmed', gates: { client: 'closed', handshake: 'open' } },
    joined: { verdict: 'confirmed', gates: { client: 'closed', handshake: 'open' } },
    unasked: 'the server sees a client that asks about a key and does not sign',
  },
];
