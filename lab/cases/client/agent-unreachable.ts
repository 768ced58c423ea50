import type { LabCase } from '../../case.ts';

const base = {
  id: 'client/agent-unreachable',
  suites: ['bookworm'],
  fails: /Permission denied/,
  unasked: 'the server sees a client without a key',
} as const;

const gates = { client: 'closed', handshake: 'open' } as const;
const keysOnly = `mkdir -p /etc/ssh/sshd_config.d; echo 'PasswordAuthentication no' >/etc/ssh/sshd_config.d/10-keys.conf; systemctl restart ssh`;
const moved = `mv /root/.ssh/id_ed25519 "$TMP/key"; rm /root/.ssh/id_ed25519.pub`;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'gone',
    breakServer: keysOnly,
    breakClient: `${moved}; echo "IdentityAgent $TMP/agent" >/root/.ssh/config`,
    client: { verdict: 'confirmed', gates },
    joined: { verdict: 'confirmed', gates },
  },
  {
    ...base,
    variant: 'dead',
    breakClient: `${moved}
      eval "$(ssh-agent -a "$TMP/agent")" >/dev/null
      ssh-add -q "$TMP/key"; kill -9 "$SSH_AGENT_PID"
      echo "IdentityAgent $TMP/agent" >/root/.ssh/config`,
    client: { verdict: 'likely', gates },
    joined: { verdict: 'likely', gates },
  },
];
