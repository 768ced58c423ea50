/** Script that starts fail2ban with a jail for sshd. Its log is watched: asked too early, the server can hang for good. */
export const startFail2ban = (action: string, settings = ''): string => `
  printf '[sshd]\\nenabled = true\\nbackend = systemd\\nbanaction = ${action}\\n${settings}' >/etc/fail2ban/jail.d/sshd.local
  systemctl start fail2ban
  i=0; until grep -q "Jail 'sshd' started" /var/log/fail2ban.log; do i=$((i + 1)); [ $i -lt 50 ]; sleep 0.2; done`;

/** Script that keeps sshd from penalising the client for failures that a case makes on purpose (since 9.8). */
export const NO_PENALTY = `
  ! sshd -T | grep -qi persourcepenalties || { echo 'PerSourcePenalties no' >/etc/ssh/sshd_config.d/10-no-penalty.conf; systemctl restart ssh; }`;

/** Script after which nothing is logged any more: what is then found was read from the files. */
export const NO_LOG = `
  mkdir -p /etc/systemd/journald.conf.d; printf '[Journal]\\nStorage=none\\n' >/etc/systemd/journald.conf.d/none.conf
  systemctl stop syslog.socket rsyslog 2>/dev/null || true; systemctl restart systemd-journald; rm -rf /run/log/journal /var/log/journal /var/log/auth.log`;

/** bob's login with his password. */
export const BY_PASSWORD = {
  user: 'bob',
  password: 'correct horse battery staple',
  args: ['-o', 'PubkeyAuthentication=no'],
} as const;

/** Why only the server is asked about a password. */
export const PASSWORD_UNASKED = 'what password somebody gives is not asked by the client';
