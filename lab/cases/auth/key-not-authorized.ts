import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'auth/key-not-authorized',
    breakServer: `printf 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDM1NzQ5YjM3YzE0N2Y4ZjE0NzY1YzQ3YjE5ZDQ1YjQ2 another@laptop\\n' > /home/alice/.ssh/authorized_keys`,
    fails: /Permission denied/,
    server: { verdict: 'confirmed' },
    client: { verdict: 'possible', gates: { handshake: 'open', auth: 'closed' } },
    joined: { verdict: 'confirmed', gates: { handshake: 'open', auth: 'closed' } },
  },
];
