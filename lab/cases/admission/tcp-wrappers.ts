import type { LabCase } from '../../case.ts';

const id = 'admission/tcp-wrappers';
/** libwrap sleeps for five seconds before it hangs up. */
const PATIENT = { args: ['-oConnectTimeout=9'] };

export const cases: readonly LabCase[] = [
  {
    id,
    variant: 'everybody',
    breakServer: "echo 'ALL: ALL' >/etc/hosts.deny",
    ssh: PATIENT,
    fails: /exchange_identification: .*(closed|reset)/i,
    server: { verdict: 'confirmed', gates: { admission: 'closed' } },
    joined: { verdict: 'confirmed', gates: { admission: 'closed' } },
    client: { verdict: 'likely', gates: { admission: 'closed' } },
  },
  {
    id,
    variant: 'a network',
    breakServer:
      "printf 'sshd: LOCAL, 192.0.2.\\n' >/etc/hosts.allow; printf 'sshd: 10.77. EXCEPT 10.77.3.0/24\\n' >/etc/hosts.deny",
    ssh: PATIENT,
    fails: /exchange_identification: .*(closed|reset)/i,
    // LOCAL asks for the name of the client; the log tells what came of it.
    server: { verdict: 'confirmed', gates: { admission: 'closed' } },
    joined: { verdict: 'confirmed', gates: { admission: 'closed' } },
    client: { verdict: 'likely', gates: { admission: 'closed' } },
  },
  {
    id,
    variant: 'spawn',
    breakServer: `printf '%s\\n' 'sshd: 10.77. : spawn /usr/bin/logger -t wrapped "%h\\: no" : deny' >/etc/hosts.allow`,
    ssh: PATIENT,
    fails: /exchange_identification: .*(closed|reset)/i,
    server: { verdict: 'confirmed', gates: { admission: 'closed' } },
    joined: { verdict: 'confirmed', gates: { admission: 'closed' } },
    client: { verdict: 'likely', gates: { admission: 'closed' } },
  },
  {
    id,
    variant: 'twist',
    breakServer: "echo 'sshd: ALL : twist /bin/echo go away' >/etc/hosts.deny",
    fails: /exchange_identification: |Connection (closed|reset)/i,
    server: { verdict: 'confirmed', gates: { admission: 'closed' } },
    joined: { verdict: 'confirmed', gates: { admission: 'closed' } },
    unasked: 'to the client it is a server that speaks something else',
  },
];
