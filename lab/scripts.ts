/** Script that starts fail2ban with a jail for sshd. Its log is watched: asked too early, the server can hang for good. */
export const startFail2ban = (action: string, settings = ''): string => `
  printf '[sshd]\\nenabled = true\\nbackend = systemd\\nbanaction = ${action}\\n${settings}' >/etc/fail2ban/jail.d/sshd.local
  systemctl start fail2ban
  i=0; until grep -q "Jail 'sshd' started" /var/log/fail2ban.log; do i=$((i + 1)); [ $i -lt 50 ]; sleep 0.2; done`;

/** Script that keeps sshd from penalising the client for failures that a case makes on purpose (since 9.8). */
export const NO_PENALTY = `
  ! sshd -T | grep -qi persourcepenalties || { echo 'PerSourcePenalties no' >/etc/ssh/sshd_config.d/10-no-penalty.conf; systemctl restart ssh; }`;

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
