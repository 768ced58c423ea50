import type { LabCase } from '../../case.ts';

const base = {
  id: 'handshake/host-key-revoked',
  suites: ['bookworm'],
  client: { verdict: 'confirmed', gates: { handshake: 'closed' } },
  joined: { verdict: 'confirmed', gates: { handshake: 'closed' } },
  unasked: 'the server does not know what the client revokes',
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'marked',
    breakClient: "sed 's/^/@revoked /' /root/.ssh/known_hosts >$TMP/k; cat $TMP/k >>/root/.ssh/known_hosts",
    fails: /REVOKED HOST KEY DETECTED/,
  },
  {
    ...base,
    variant: 'listed',
    breakClient: `
      cut -d' ' -f2- /root/.ssh/known_hosts >/root/.ssh/revoked
      printf 'Host *\\n  RevokedHostKeys /root/.ssh/revoked\\n' >/root/.ssh/config`,
    fails: /revoked by file/,
  },
];
