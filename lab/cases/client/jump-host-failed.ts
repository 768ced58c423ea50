import type { LabCase } from '../../case.ts';

const base = {
  id: 'client/jump-host-failed',
  topology: 'bastion',
  suites: ['bookworm'],
  unasked: 'the server is in order, and nobody reaches it',
} as const;

const closed = { client: 'closed' } as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'refused',
    breakBastion: 'systemctl stop ssh',
    fails: /Connection refused/,
    client: { verdict: 'likely', gates: closed },
    joined: { verdict: 'likely', gates: closed },
  },
  {
    ...base,
    variant: 'key-refused',
    breakBastion: 'rm /home/alice/.ssh/authorized_keys',
    fails: /Permission denied/,
    client: { verdict: 'likely', gates: closed },
    joined: { verdict: 'likely', gates: closed },
  },
  {
    ...base,
    variant: 'name',
    breakClient: `sed -i 's/alice@bastion/alice@bastoin/' /root/.ssh/config`,
    fails: /Could not resolve hostname/,
    client: { verdict: 'confirmed', gates: closed },
    joined: { verdict: 'confirmed', gates: closed },
  },
  {
    ...base,
    variant: 'host-key',
    breakBastion: `
      rm /etc/ssh/ssh_host_*; ssh-keygen -A >/dev/null; systemctl restart ssh`,
    fails: /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    client: { gates: closed },
    joined: { gates: closed },
  },
  {
    ...base,
    variant: 'dropped',
    ssh: { args: ['-oConnectTimeout=3'] },
    breakBastion: `nft -f - <<'EOF'
table inet filter {
  chain input {
    type filter hook input priority filter; policy accept;
    iif eth0 tcp dport 22 drop
  }
}
EOF`,
    fails: /timed out|UNKNOWN port 65535/,
    client: { verdict: 'likely', gates: closed },
    joined: { verdict: 'likely', gates: closed },
  },
  {
    ...base,
    variant: 'second-hop',
    breakServer: `systemctl stop ssh`,
    ssh: { host: 'web9', args: ['-Jalice@bastion,alice@web1'] },
    breakClient: `echo '10.77.2.99 web9' >>/etc/hosts`,
    fails: /Connection refused/,
    client: { gates: closed },
    joined: { gates: closed },
  },
];
