import type { LabCase } from '../../case.ts';

const base = {
  id: 'client/no-key-offered',
  suites: ['bookworm'],
  fails: /Permission denied/,
  unasked: 'the server sees a client without a key',
} as const;

const gates = { client: 'closed', handshake: 'open' } as const;
const keysOnly = `mkdir -p /etc/ssh/sshd_config.d; echo 'PasswordAuthentication no' >/etc/ssh/sshd_config.d/10-keys.conf; systemctl restart ssh`;
const renamed = 'mv /root/.ssh/id_ed25519 /root/.ssh/work; rm /root/.ssh/id_ed25519.pub';

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'keys-only',
    breakServer: keysOnly,
    breakClient: renamed,
    client: { verdict: 'confirmed', gates },
    joined: { verdict: 'confirmed', gates },
  },
  {
    ...base,
    variant: 'or-password',
    breakClient: renamed,
    client: { verdict: 'likely', gates },
    joined: { verdict: 'likely', gates },
  },
  {
    ...base,
    variant: 'agent-locked',
    breakServer: keysOnly,
    breakClient: `
      printf '#!/bin/sh\\necho secret\\n' >"$TMP/ask"; chmod 700 "$TMP/ask"
      eval "$(ssh-agent -a "$TMP/agent")" >/dev/null
      ssh-add -q /root/.ssh/id_ed25519
      SSH_ASKPASS=$TMP/ask SSH_ASKPASS_REQUIRE=force ssh-add -x
      ${renamed}
      echo "IdentityAgent $TMP/agent" >/root/.ssh/config`,
    client: { verdict: 'confirmed', gates },
    joined: { verdict: 'confirmed', gates },
  },
];
