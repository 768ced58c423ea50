/** Script that starts fail2ban with a jail for sshd. Its log is watched: asked too early, the server can hang for good. */
export const startFail2ban = (action: string, settings = ''): string => `
  printf '[sshd]\\nenabled = true\\nbackend = systemd\\nbanaction = ${action}\\n${settings}' >/etc/fail2ban/jail.d/sshd.local
  systemctl start fail2ban
  i=0; until grep -q "Jail 'sshd' started" /var/log/fail2ban.log; do i=$((i + 1)); [ $i -lt 50 ]; sleep 0.2; done`;

/** Script that keeps sshd from penalising the client for failures that a case makes on purpose (since 9.8). */
export const NO_PENALTY = `
  ! sshd -T | grep -qi persourcepenalties || { echo 'PerSourcePenalties no' >/etc/ssh/sshd_config.d/10-no-penalty.conf; systemctl restart ssh; }`;
