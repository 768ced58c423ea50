/** Script that starts fail2ban with a jail for sshd. Its log is watched: asked too early, the server can hang for good. */
export const startFail2ban = (action: string, settings = ''): string => `
  printf '[sshd]\\nenabled = true\\nbackend = systemd\\nbanaction = ${action}\\n${settings}' >/etc/fail2ban/jail.d/sshd.local
  systemctl start fail2ban
  i=0; until grep -q "Jail 'sshd' started" /var/log/fail2ban.log; do i=$((i + 1)); [ $i -lt 50 ]; sleep 0.2; done`;

/** Script that keeps sshd from penalising the client for failures that a case makes on purpose (since 9.8). */
export const NO_PENALTY = `
  ! sshd -T | grep -qi persourcepenalties || { echo 'PerSourcePenalties no' >/etc/ssh/sshd_config.d/10-no-penalty.conf; systemctl restart ssh; }`;

/**
 * Script that starts dnsmasq on an address of the client's or router's loopback, with options of dnsmasq(8) such as
 * `host-record=web1.lan,10.77.2.20`; of everything else it says that it does not exist.
 */
export const dnsmasq = (listen: string, ...options: readonly string[]): string => `
  setsid dnsmasq --keep-in-foreground --conf-file=/dev/null --user=root --pid-file= --no-hosts --no-resolv \\
    --bind-interfaces --listen-address=${listen} --address=/#/ ${options.map((option) => `'--${option}'`).join(' ')} >/dev/null 2>&1 &
  i=0; until ss -Huln | grep -q '${listen}:53 '; do i=$((i + 1)); [ $i -lt 50 ]; sleep 0.1; done`;

/** Script that leaves web1 to the nameservers, and writes the lines of resolv.conf. */
export const resolvConf = (...lines: readonly string[]): string => `
  sed -i '/web1/d' /etc/hosts
  printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} >/etc/resolv.conf`;

/**
 * Script that starts a nameserver on a host: it gives PTR and A records after a delay, and of everything else it says
 * that it does not exist.
 */
export const nameserver = (records: Readonly<Record<string, string>>, delaySeconds = 0): string => `
  cat >/root/nameserver.py <<'EOF'
import socket, sys, threading, time
delay = float(sys.argv[1])
records = dict(word.split('=', 1) for word in sys.argv[2:])
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind(('127.0.0.1', 53))
def wire(name):
    return b''.join(bytes([len(part)]) + part.encode() for part in name.split('.')) + b'\\0'
def answer(query, peer):
    time.sleep(delay)
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode())
        at += 1 + query[at]
    kind, said, data = query[at + 2], records.get('.'.join(labels).lower()), None
    if said and kind == 12 and not said[0].isdigit(): data = wire(said)
    if said and kind == 1 and said[0].isdigit(): data = socket.inet_aton(said)
    head = query[:2] + bytes([0x85, 0x80 if said else 0x83, 0, 1, 0, 1 if data else 0, 0, 0, 0, 0])
    tail = b'\\xc0\\x0c\\0' + bytes([kind, 0, 1, 0, 0, 0, 0, 0, len(data)]) + data if data else b''
    sock.sendto(head + query[12:at + 5] + tail, peer)
while True:
    threading.Thread(target=answer, args=sock.recvfrom(4096)).start()
EOF
  systemd-run -q --unit nameserver python3 /root/nameserver.py ${delaySeconds} ${Object.entries(records)
    .map(([name, said]) => `${name}=${said}`)
    .join(' ')}
  i=0; until ss -Huln | grep -q '127.0.0.1:53 '; do i=$((i + 1)); [ $i -lt 50 ]; sleep 0.1; done
  printf 'nameserver 127.0.0.1\\n' >/etc/resolv.conf`;

/**
 * Script for the router that puts a second one (10.77.9.2, then 10.77.2.1) between it and the server, so that a packet
 * can be lost on the way where it is seen not to be at the server. `$R2` enters its network.
 */
export const SECOND_ROUTER = `
  unshare --net sleep infinity </dev/null >/dev/null 2>&1 &
  r2=$!
  until [ "$(readlink /proc/$r2/ns/net)" != "$(readlink /proc/$$/ns/net)" ]; do sleep 0.02; done
  R2="nsenter -t $r2 -n"
  ip link set eth1 netns $r2
  ip link add mid0 type veth peer name mid1 netns $r2
  ip addr add 10.77.9.1/24 dev mid0; ip addr add fd77:9::1/64 dev mid0 nodad; ip link set mid0 up
  $R2 sysctl -qew net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0 net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
  $R2 ip link set lo up
  $R2 ip addr add 10.77.9.2/24 dev mid1; $R2 ip addr add fd77:9::2/64 dev mid1 nodad; $R2 ip link set mid1 up
  $R2 ip addr add 10.77.2.1/24 dev eth1; $R2 ip addr add fd77:2::1/64 dev eth1 nodad; $R2 ip link set eth1 up
  $R2 ip route add default via 10.77.9.1; $R2 ip -6 route add default via fd77:9::1
  ip route add 10.77.2.0/24 via 10.77.9.2; ip -6 route add fd77:2::/64 via fd77:9::2`;

/** Script that starts Dropbear, with the host key that the client knows sshd by or with one of its own. */
export const dropbear = (port: number, key: 'of sshd' | 'of its own' = 'of sshd'): string => `
  mkdir -p /etc/dropbear
  ${key === 'of sshd' ? 'dropbearconvert openssh dropbear /etc/ssh/ssh_host_ed25519_key /etc/dropbear/key 2>/dev/null' : 'dropbearkey -t ed25519 -f /etc/dropbear/key >/dev/null'}
  setsid dropbear -F -E -p ${port} -r /etc/dropbear/key >/dev/null 2>&1 &
  until ss -Htln | grep -q :${port}; do sleep 0.1; done`;

/** Script that starts TinySSH as Debian does, by its socket unit; it makes a key of its own. */
export const tinyssh = (port: number): string => `
  mkdir -p /etc/systemd/system/tinysshd.socket.d
  printf '[Socket]\\nListenStream=\\nListenStream=${port}\\n' >/etc/systemd/system/tinysshd.socket.d/port.conf
  systemctl daemon-reload
  [ -e /etc/tinyssh/sshkeydir ] || tinysshd-makekey -q /etc/tinyssh/sshkeydir
  rm -f /etc/tinyssh/disable_tinysshd
  systemctl start tinysshd.socket`;

/** Script after which nothing is logged any more: what is then found was read from the files. */
export const NO_LOG = `
  mkdir -p /etc/systemd/journald.conf.d; printf '[Journal]\\nStorage=none\\n' >/etc/systemd/journald.conf.d/none.conf
  systemctl stop syslog.socket rsyslog 2>/dev/null || true; systemctl restart systemd-journald; rm -rf /run/log/journal /var/log/journal /var/log/auth.log`;

/** bob's login with his password. */
export const BY_PASSWORD = {
  user: 'bob',
  password: 'correct horse battery staple',
  args: ['-o', 'PubkeyAuthentication=no'],
} as const;

/** Why only the server is asked about a password. */
export const PASSWORD_UNASKED = 'what password somebody gives is not asked by the client';

/** The rules that Docker makes for a container that publishes a port, on a bridge of its own. */
export const publishPort = (outside: number, inside: number): string => `
      sysctl -qw net.ipv4.ip_forward=1
      ip link add docker0 type bridge
      ip addr add 172.17.0.1/16 dev docker0
      ip link set docker0 up
      iptables -t nat -N DOCKER
      iptables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
      iptables -t nat -A DOCKER -i docker0 -j RETURN
      iptables -t nat -A DOCKER ! -i docker0 -p tcp -m tcp --dport ${outside} -j DNAT --to-destination 172.17.0.2:${inside}
      iptables -N DOCKER; iptables -N DOCKER-USER
      iptables -A FORWARD -j DOCKER-USER
      iptables -A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
      iptables -A FORWARD -o docker0 -j DOCKER
      iptables -A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport ${inside} -j ACCEPT
      iptables -A DOCKER-USER -j RETURN
      iptables -P FORWARD DROP`;
