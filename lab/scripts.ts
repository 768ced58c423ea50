/** Script that starts fail2ban with a jail for sshd. Its log is watched: asked too early, the server can hang for good. */
export const startFail2ban = (action: string, settings = ''): string => `
  printf '[sshd]\\nenabled = true\\nbackend = systemd\\nbanaction = ${action}\\n${settings}' >/etc/fail2ban/jail.d/sshd.local
  systemctl start fail2ban
  i=0; until grep -q "Jail 'sshd' started" /var/log/fail2ban.log; do i=$((i + 1)); [ $i -lt 50 ]; sleep 0.2; done`;

/** Script that keeps sshd from penalising the client for failures that a case makes on purpose (since 9.8). */
export const NO_PENALTY = `
  ! sshd -T | grep -qi persourcepenalties || { echo 'PerSourcePenalties no' >/etc/ssh/sshd_config.d/10-no-penalty.conf; systemctl restart ssh; }`;

/** Script that starts Dropbear, with the host key that the client knows sshd by or with one of its own. */
export const dropbear = (port: number, key: 'of sshd' | 'of its own' = 'of sshd'): string => `
  mkdir -p /etc/dropbear
  ${key === 'of sshd' ? 'dropbearconvert openssh dropbear /etc/ssh/ssh_host_ed25519_key /etc/dropbear/key 2>/dev/null' : 'dropbearkey -t ed25519 -f /etc/dropbear/key >/dev/null'}
  setsid dropbear -F -E -p ${port} -r /etc/dropbear/key >/dev/null 2>&1 &
  until ss -Htln | grep -q :${port}; do sleep 0.1; done`;

/** Script that starts TinySSH as Debian does, by its socket unit; it makes a key of its own. */
export const tinyssh = (port: number): string => `
  mkdir -p /etc/systemd/system/tinysshd.socket.d
  printf '[Socket]\\nListenStream=\\nListenStream=${port}\\n' >/etc/systemd/system/tinysshd.socket.d/port.conf
  systemctl daemon-reload
  [ -e /etc/tinyssh/sshkeydir ] || tinysshd-makekey -q /etc/tinyssh/sshkeydir
  rm -f /etc/tinyssh/disable_tinysshd
  systemctl start tinysshd.socket`;
