import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'daemon/config-invalid',
    breakServer: "sed -i '1i PermitRotLogin no' /etc/ssh/sshd_config; systemctl restart ssh || true",
    fails: /Connection refused/,
    server: { verdict: 'confirmed', contains: ['daemon/not-running'] },
    client: { first: 'daemon/not-running', verdict: 'likely' },
    joined: { verdict: 'confirmed' },
  },
  {
    id: 'daemon/config-invalid',
    variant: 'in an included file, a bad value',
    breakServer:
      "printf 'X11Forwarding no\\nMaxAuthTries many\\n' > /etc/ssh/sshd_config.d/10-hardening.conf; systemctl restart ssh || true",
    fails: /Connection refused/,
    server: { verdict: 'confirmed' },
    client: { first: 'daemon/not-running' },
    joined: { verdict: 'confirmed' },
  },
  {
    id: 'daemon/config-invalid',
    variant: 'seen only by those to whom a block applies',
    suites: ['trixie'],
    breakServer: "printf 'Match User alice\\n  Subsystem sftp\\n' >> /etc/ssh/sshd_config; systemctl restart ssh",
    fails: /Connection (closed|reset)|Broken pipe/,
    server: { verdict: 'likely' },
    joined: { verdict: 'likely' },
    unasked: 'from the client a session process that dies looks like any other',
  },
];
