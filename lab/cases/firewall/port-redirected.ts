import type { LabCase } from '../../case.ts';
import { publishPort } from '../../scripts.ts';

const base = {
  id: 'firewall/port-redirected',
  ssh: { args: ['-oConnectTimeout=3'] },
  server: { verdict: 'confirmed', gates: { firewall: 'closed' } },
  joined: { verdict: 'confirmed', gates: { firewall: 'closed' } },
  unasked: 'a client sees what answers, not what led it there',
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'nft redirect to nobody',
    breakServer: `nft -f - <<'EOF'
table ip nat {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    tcp dport { 22, 2022 } redirect to :2222
  }
}
EOF`,
    fails: /Connection refused/,
  },
  {
    ...base,
    variant: 'iptables dnat elsewhere',
    breakServer: `
      sysctl -qw net.ipv4.ip_forward=1
      iptables -t nat -A PREROUTING -i eth0 -p tcp -m tcp --dport 22 -j DNAT --to-destination 10.77.2.99:22`,
    fails: /timed out|No route to host/,
  },
  {
    ...base,
    variant: 'docker publishes the port',
    breakServer: publishPort(22, 22),
    // With a second interface it is a presumption by which one the client comes in.
    server: { verdict: 'likely', gates: { firewall: 'closed' } },
    joined: { verdict: 'likely', gates: { firewall: 'closed' } },
    fails: /timed out|No route to host/,
  },
  {
    ...base,
    variant: 'legacy redirect to a honeypot',
    breakServer: `
      printf '%s\\n' 'import socket' 's = socket.create_server(("0.0.0.0", 2222))' 'while True:' '    c, _ = s.accept()' '    c.sendall(b"SSH-2.0-OpenSSH_6.0p1" + bytes([13, 10]))' '    c.close()' >/usr/local/bin/pot.py
      systemd-run -q --unit=pot python3 /usr/local/bin/pot.py
      i=0; until ss -Htln | grep -q :2222; do i=$((i + 1)); [ $i -lt 50 ]; sleep 0.1; done
      iptables-legacy -t nat -A PREROUTING -p tcp -m tcp --dport 22 -j REDIRECT --to-ports 2222`,
    fails: /./,
    // The port opens, and something greets: the gate was passed, to the wrong place.
    joined: { verdict: 'confirmed', gates: { handshake: 'closed' } },
  },
];
