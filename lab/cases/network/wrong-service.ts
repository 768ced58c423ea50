import type { LabCase } from '../../case.ts';

const base = {
  id: 'network/wrong-service',
  suites: ['bookworm'],
  ssh: { port: 8080 },
  client: { verdict: 'confirmed', gates: { network: 'closed' } },
  joined: { verdict: 'confirmed', gates: { network: 'closed' } },
  unasked: 'the server cannot know that somebody wants SSH from that port; asked about it, it says where sshd is',
} as const;

/** A server on the host that says `greeting` at once, or `answer` to whatever is said; `''` says nothing. */
const says = (greeting: string, answer = ''): string => `
  cat >/root/other.py <<'EOF'
import socket
s = socket.create_server(('', 8080))
while True:
    c, _ = s.accept()
    try:
        c.sendall(b'${greeting}')
        if c.recv(999):
            c.sendall(b'${answer}')
        c.recv(999)
    except OSError:
        pass
    c.close()
EOF
  setsid python3 /root/other.py >/dev/null 2>&1 &
  until ss -Htln | grep -q :8080; do sleep 0.1; done`;

/** The router hands the port to a program of its own, which listens on 2222. */
const onRouter = (start: string): string => `
  ${start} >/dev/null 2>&1 &
  until ss -Htln | grep -q :2222; do sleep 0.1; done
  nft -f - <<'EOF'
table ip trap {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    iif eth0 tcp dport 22 redirect to :2222
  }
}
EOF`;

const { joined: _, ...alone } = base;

/** How each service is told apart does not depend on the server's own look. */
const named = {
  ...alone,
  ssh: { port: 8080, args: ['-oConnectTimeout=3'] },
  fails: /exchange_identification|Bad remote|banner|Connection (?:closed|reset)|invalid format/i,
  unasked: 'the kinds of services are told apart by the client alone; the other cases join both sides',
} as const;

const trapped = {
  ...named,
  topology: 'router',
  ssh: { args: ['-oConnectTimeout=3'] },
  fails: /timed out during banner exchange/,
  // A server may say lines before its version (RFC 4253, 4.2).
  client: { verdict: 'likely', gates: { network: 'closed' } },
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
    breakServer: says('220 mail.example.org ESMTP Postfix\\r\\n', '502 5.5.2 Error: command not recognized\\r\\n'),
    fails: /exchange_identification|Bad remote|banner/i,
    ssh: named.ssh,
  },
  {
    id: base.id,
    suites: base.suites,
    variant: 'waits for its client',
    breakServer: says(''),
    ssh: named.ssh,
    fails: /timed out during banner exchange/,
    joined: { verdict: 'confirmed', gates: { network: 'closed' } },
    unasked: 'to a client it looks like a daemon that hangs; only the server can say who holds the port',
  },
  // The alert "record overflow" or "decode error", as servers of TLS answer what is none.
  { ...named, variant: 'tls', breakServer: says('', '\\x15\\x03\\x01\\x00\\x02\\x02\\x32') },
  {
    ...named,
    variant: 'ftp',
    breakServer: says('220 (vsFTPd 3.0.3)\\r\\n', '530 Please login with USER and PASS.\\r\\n'),
  },
  {
    ...named,
    variant: 'captive portal',
    breakServer: says('', 'HTTP/1.1 302 Found\\r\\nLocation: http://login.hotel.example/\\r\\n\\r\\n'),
  },
  { ...named, variant: 'telnet', breakServer: says('\\xff\\xfd\\x18\\xff\\xfd\\x20') },
  { ...named, variant: 'mysql', breakServer: says('\\x4a\\x00\\x00\\x00\\x0a8.0.36\\x00\\x08\\x00\\x00\\x00') },
  { ...named, variant: 'redis', breakServer: says('', '-ERR unknown command, with args beginning with: \\r\\n') },
  // A line each time before ssh gives up would hold it for hours.
  { ...trapped, variant: 'tarpit', breakRouter: onRouter('setsid endlessh -4 -p 2222 -d 4000') },
  { ...trapped, variant: 'slow tarpit', breakRouter: onRouter('setsid endlessh -4 -p 2222') },
];
