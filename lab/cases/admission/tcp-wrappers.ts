import type { LabCase } from '../../case.ts';

const id = 'admission/tcp-wrappers';
const LINKED = ['bullseye', 'bookworm'] as const;
const UNASKED = 'a client sees a connection that closes before a word is said';

export const cases: readonly LabCase[] = [
  {
    id,
    variant: 'everybody',
    suites: LINKED,
    breakServer: "echo 'ALL: ALL' >/etc/hosts.deny",
    fails: /exchange_identification: .*(closed|reset)/i,
    server: { verdict: 'confirmed', gates: { admission: 'closed' } },
    joined: { verdict: 'confirmed', gates: { admission: 'closed' } },
    unasked: UNASKED,
  },
  {
    id,
    variant: 'a network',
    suites: LINKED,
    breakServer:
      "printf 'sshd: LOCAL, 192.0.2.\\n' >/etc/hosts.allow; printf 'sshd: 10.77. EXCEPT 10.77.3.0/24\\n' >/etc/hosts.deny",
    fails: /exchange_identification: .*(closed|reset)/i,
    // LOCAL asks for a name, so the server alone cannot be certain; but the address has none.
    server: { gates: { admission: 'closed' } },
    joined: { gates: { admission: 'closed' } },
    unasked: UNASKED,
  },
  {
    id,
    variant: 'without effect',
    suites: ['trixie'],
    breakServer: "echo 'ALL: ALL' >/etc/hosts.deny",
    loginWorks: true,
    fails: /^/,
    server: { verdict: 'confirmed', gates: { admission: 'open' } },
    joined: { verdict: 'confirmed', gates: { admission: 'open' } },
    unasked: UNASKED,
    afterFix: 'none',
  },
];
