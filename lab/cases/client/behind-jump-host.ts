import type { LabCase } from '../../case.ts';

/** Faults of the target that only the jump host sees: its words name the gate. */
const base = {
  topology: 'bastion',
  suites: ['bookworm'],
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    id: 'daemon/not-running',
    variant: 'behind-jump',
    breakServer: 'systemctl stop ssh',
    fails: /open failed: connect failed: Connection refused/,
    client: { verdict: 'likely', gates: { client: 'open', daemon: 'closed' } },
    joined: { verdict: 'confirmed', gates: { daemon: 'closed' } },
    unasked: 'the server itself is asked in the case without a jump host',
  },
  {
    ...base,
    id: 'name/unresolvable',
    variant: 'behind-jump',
    breakBastion: `sed -i /web1/d /etc/hosts`,
    fails: /open failed: connect failed: (?:Name or service not known|Temporary failure)/,
    client: { verdict: 'confirmed', gates: { client: 'open', name: 'closed' } },
    unasked: 'the server is in order, and nobody reaches it',
  },
  {
    ...base,
    id: 'auth/key-not-authorized',
    variant: 'behind-jump',
    breakServer: `printf 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDM1NzQ5YjM3YzE0N2Y4ZjE0NzY1YzQ3YjE5ZDQ1YjQ2 another@laptop\\n' > /home/alice/.ssh/authorized_keys`,
    fails: /Permission denied/,
    client: { verdict: 'possible', gates: { client: 'open', handshake: 'open', auth: 'closed' } },
    joined: { verdict: 'confirmed', gates: { auth: 'closed' } },
    unasked: 'the server itself is asked in the case without a jump host',
  },
];
