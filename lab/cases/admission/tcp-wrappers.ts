import type { LabCase } from '../../case.ts';

const base = {
  id: 'admission/tcp-wrappers',
  // libwrap sleeps for five seconds before it hangs up.
  ssh: { args: ['-oConnectTimeout=9'] },
  fails: /exchange_identification: .*(closed|reset)/i,
  server: { verdict: 'confirmed', gates: { admission: 'closed' } },
  joined: { verdict: 'confirmed', gates: { admission: 'closed' } },
  client: { verdict: 'likely', gates: { admission: 'closed' } },
} as const;

const { client: _, ...unasked } = base;

export const cases: readonly LabCase[] = [
  { ...base, variant: 'everybody', breakServer: "echo 'ALL: ALL' >/etc/hosts.deny" },
  {
    // LOCAL asks for the name of the client; the log tells what came of it.
    ...base,
    variant: 'a network',
    breakServer:
      "printf 'sshd: LOCAL, 192.0.2.\\n' >/etc/hosts.allow; printf 'sshd: 10.77. EXCEPT 10.77.3.0/24\\n' >/etc/hosts.deny",
  },
  {
    ...base,
    variant: 'spawn',
    breakServer: `printf '%s\\n' 'sshd: 10.77. : spawn /usr/bin/logger -t wrapped "%h\\: no" : deny' >/etc/hosts.allow`,
  },
  {
    ...unasked,
    variant: 'twist',
    breakServer: "echo 'sshd: ALL : twist /bin/echo go away' >/etc/hosts.deny",
    fails: /exchange_identification: |Connection (closed|reset)/i,
    unasked: 'to the client it is a server that speaks something else',
  },
];
