import type { LabCase } from '../../case.ts';

/** The marks are set in the configuration, because Debian's ssh has the defaults of long ago. */
const marked = (ipqos: string, dropped: string) => ({
  breakClient: `printf 'Host *\\n  IPQoS ${ipqos}\\n' >/root/.ssh/config`,
  breakRouter: `nft -f - <<'EOF'
table inet marks {
  chain forward {
    type filter hook forward priority filter; policy accept;
    iif eth0 ip dscp ${dropped} drop
  }
}
EOF`,
});

const base = {
  id: 'network/dscp-drop',
  suites: ['bookworm'],
  topology: 'router',
  client: { verdict: 'confirmed', gates: { network: 'closed' } },
  joined: { verdict: 'confirmed', gates: { network: 'closed' } },
  unasked: 'a server sees a client that falls silent and no more',
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'mark of the session',
    ...marked('af21 cs1', 'cs1'),
    ssh: { args: ['-oLogLevel=DEBUG1'] },
    fails: /Sending command/,
  },
  {
    ...base,
    variant: 'mark of the first packet',
    ...marked('ef', 'ef'),
    ssh: { args: ['-oConnectTimeout=4'] },
    fails: /timed out/,
  },
];
