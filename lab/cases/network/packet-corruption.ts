import type { LabCase } from '../../case.ts';

/** A relay on the router that flips a bit of what the server (`down`) or the client (`up`) says once it has said enough. */
const relay = (way: 'up' | 'down', after: number): string => `
cat >"$TMP/relay.py" <<'EOF'
import os, socket, threading
def pump(a, b, flip):
    seen = 0
    while True:
        data = bytearray(a.recv(65536))
        if not data:
            break
        seen += len(data)
        if flip and seen > ${after}:
            data[-1] ^= 1
        b.sendall(data)
    b.shutdown(socket.SHUT_WR)
server = socket.create_server(('', 2222))
while True:
    down, _ = server.accept()
    up = socket.create_connection((os.environ['SERVER'], 22))
    for a, b, flip in ((up, down, ${way === 'down' ? 'True' : 'False'}), (down, up, ${way === 'up' ? 'True' : 'False'})):
        threading.Thread(target=pump, args=(a, b, flip), daemon=True).start()
EOF
setsid /usr/bin/python3 "$TMP/relay.py" </dev/null >/dev/null 2>&1 &
until ss -Htln | grep -q :2222; do sleep 0.1; done
nft -f - <<'EOF'
table ip relay {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    iif eth0 tcp dport 22 redirect to :2222
  }
}
EOF`;

const base = {
  id: 'network/packet-corruption',
  suites: ['bookworm'],
  topology: 'router',
} as const;

const toClient = {
  client: { verdict: 'confirmed', gates: { network: 'closed' } },
  joined: { verdict: 'confirmed', gates: { network: 'closed' } },
  unasked: 'the server sees a client that hangs up',
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    ...toClient,
    variant: 'etm',
    breakRouter: relay('down', 3000),
    ssh: { args: ['-oCiphers=aes128-ctr', '-oMACs=hmac-sha2-256-etm@openssh.com'] },
    fails: /Corrupted MAC on input|message authentication code incorrect/,
  },
  {
    ...base,
    ...toClient,
    variant: 'chacha20',
    breakRouter: relay('down', 3000),
    ssh: { args: ['-oCiphers=chacha20-poly1305@openssh.com'] },
    fails: /message authentication code incorrect|Bad packet length/,
  },
  {
    ...base,
    variant: 'towards the server',
    breakRouter: relay('up', 3000),
    // Through the relay the server sees the address of the router.
    ssh: { args: ['-oCiphers=aes128-ctr', '-oMACs=hmac-sha2-256-etm@openssh.com'], from: '10.77.2.1' },
    fails: /Connection .*(?:closed|reset)/,
    server: { verdict: 'likely' },
    unasked: 'the client sees a server that hangs up',
  },
];
