import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'daemon/logs-nowhere',
    breakServer: `sed -i '1i LogLevel QUIET' /etc/ssh/sshd_config; systemctl restart ssh`,
    loginWorks: true,
    fails: /^/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    unasked: 'what is logged is not to be seen from outside',
  },
  {
    id: 'daemon/logs-nowhere',
    variant: 'no-journal',
    breakServer: `mkdir -p /etc/systemd/journald.conf.d; printf '[Journal]\\nStorage=none\\n' >/etc/systemd/journald.conf.d/none.conf
      systemctl restart systemd-journald; rm -rf /run/log/journal /var/log/journal
      systemctl stop rsyslog syslog.socket || true; rm -f /var/log/auth.log /var/log/syslog /var/log/messages`,
    loginWorks: true,
    fails: /^/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    unasked: 'what is logged is not to be seen from outside',
  },
];
