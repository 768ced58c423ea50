import type { LabCase } from '../../case.ts';

/** Another sshd, with keys of its own, on the router, which hands connections to the server's port to it. */
const OTHER = `
  mkdir -p "$TMP/other/upper" "$TMP/other/work" "$TMP/other/root"
  mount -t overlay overlay -o "lowerdir=/var/cache/sshwhy-lab/base-trixie,upperdir=$TMP/other/upper,workdir=$TMP/other/work" "$TMP/other/root"
  mount --rbind /dev "$TMP/other/root/dev"; mount -t proc proc "$TMP/other/root/proc"
  rm -f "$TMP/other/root"/etc/ssh/ssh_host_*; chroot "$TMP/other/root" ssh-keygen -A >/dev/null
  mkdir -p "$TMP/other/root/run/sshd"
  setsid chroot "$TMP/other/root" /usr/sbin/sshd -D -p 2222 </dev/null >/dev/null 2>&1 &
  until ss -Htln | grep -q :2222; do sleep 0.1; done
  nft -f - <<'EOF'
table ip forward {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    iif eth0 tcp dport 22 redirect to :2222
  }
}
EOF`;

const base = {
  id: 'network/nat-wrong-target',
  topology: 'router',
  breakRouter: OTHER,
  unasked: 'the server hears nothing of it, and a client alone cannot know what keys it has',
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'key is known',
    fails: /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    client: { first: 'handshake/host-key-changed' },
    joined: { verdict: 'confirmed', gates: { network: 'closed' }, contains: ['handshake/host-key-changed'] },
  },
  {
    ...base,
    variant: 'key is new',
    suites: ['bookworm'],
    breakClient: 'rm -f /root/.ssh/known_hosts*',
    ssh: { args: ['-oStrictHostKeyChecking=no', '-oGlobalKnownHostsFile=/dev/null'] },
    fails: /Permission denied/,
    joined: { verdict: 'confirmed', gates: { network: 'closed' } },
  },
];
