import type { LabCase } from '../../case.ts';

const base = {
  id: 'handshake/slow',
  suites: ['bookworm'],
  ssh: { args: ['-oConnectTimeout=30'] },
  loginWorks: true,
  fails: /^/,
  client: { verdict: 'confirmed', gates: { handshake: 'degraded' } },
  joined: { verdict: 'confirmed', gates: { handshake: 'degraded' } },
  unasked: 'the server does not measure how long its clients wait',
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'pam',
    breakServer: "sed -i '1i account optional pam_exec.so quiet /bin/sleep 6' /etc/pam.d/sshd",
  },
  {
    ...base,
    variant: 'first-line',
    // libwrap waits for what it spawns (hosts_options(5)).
    breakServer: "echo 'sshd: ALL: spawn /bin/sleep 6' >/etc/hosts.allow",
  },
];
