import type { LabCase } from '../../case.ts';

const base = {
  id: 'network/wrong-service',
  suites: ['bookworm'],
  ssh: { port: 8080 },
  client: { verdict: 'confirmed', gates: { network: 'closed' } },
  joined: { verdict: 'confirmed', gates: { network: 'closed' } },
  unasked: 'the server cannot know that somebody wants SSH from that port; asked about it, it says where sshd is',
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'http',
    breakServer: `
      setsid python3 -m http.server 8080 >/dev/null 2>&1 &
      until ss -Htln | grep -q :8080; do sleep 0.1; done`,
    fails: /exchange_identification|Bad remote|banner/i,
  },
  {
    ...base,
    variant: 'smtp',
    breakServer: `
      setsid python3 -c "
import socket
s = socket.create_server(('', 8080))
while True:
    c, _ = s.accept(); c.sendall(b'220 mail.example.org ESMTP Postfix\\r\\n'); c.recv(999); c.close()" >/dev/null 2>&1 &
      until ss -Htln | grep -q :8080; do sleep 0.1; done`,
    fails: /exchange_identification|Bad remote|banner/i,
  },
];
