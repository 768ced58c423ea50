import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'handshake/protocol-too-old',
    suites: ['bookworm'],
    breakServer: `
      setsid python3 -c "
import socket
s = socket.create_server(('', 2222))
while True:
    c, _ = s.accept(); c.sendall(b'SSH-1.5-Cisco-1.25\\n'); c.recv(999); c.close()" >/dev/null 2>&1 &
      until ss -Htln | grep -q :2222; do sleep 0.1; done`,
    ssh: { port: 2222 },
    fails: /Protocol major versions differ/,
    client: { verdict: 'confirmed', gates: { daemon: 'open', handshake: 'closed' } },
    joined: { verdict: 'confirmed', gates: { handshake: 'closed' } },
    unasked: 'what speaks there is no sshd, of which the server could tell',
  },
];
