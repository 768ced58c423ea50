#!/bin/sh
# A second sshd on another port, for the time of a piece of work: it has the host keys and the keys of one user in copies of
# its own, and ends by itself. Its folder is /run/sshwhy-rescue; what runs there takes everything away when it ends, whether
# it is told to (ACTION=end), its time is over, or its sshd dies. Needs root and sshd.
# SSHWHY_ACTION: start, end, status. SSHWHY_PORT, SSHWHY_USER, SSHWHY_SECONDS; SSHWHY_FROM: the only address that may log in.
# SSHWHY_OPEN, SSHWHY_SHUT: commands that let it through the firewall, and those that take that back.
# Prints state=… (up, ended, none, impossible) and said=….

LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
umask 077
dir=/run/sshwhy-rescue unit=sshwhy-rescue

tell() {
  printf 'state=%s\n' "$1"
  [ -z "${2:-}" ] || printf 'said=%s\n' "$(printf '%s' "$2" | tr '\n' ' ' | cut -c 1-300)"
  exit 0
}
alive() { [ -r "$dir/keeper" ] && kill -0 "$(cat "$dir/keeper")" 2>/dev/null; }

[ "$(id -u)" = 0 ] || tell impossible 'only root can start an sshd that logs others in'
case $SSHWHY_ACTION in
  status)
    alive || tell none
    printf 'port=%s\nuser=%s\nuntil=%s\n' "$(cat "$dir/port")" "$(cat "$dir/user")" "$(cat "$dir/until")"
    tell up
    ;;
  end)
    alive || tell none
    kill "$(cat "$dir/keeper")"
    for _ in 1 2 3 4 5 6 7 8 9 10; do
      [ -d "$dir" ] || tell ended
      sleep 1
    done
    tell impossible 'it does not end'
    ;;
esac

alive && tell impossible "a rescue sshd runs already, on port $(cat "$dir/port")"
rm -rf "$dir"
sshd=$(command -v sshd) || tell impossible 'there is no sshd'
[ -z "$(ss -Htln "( sport = :$SSHWHY_PORT )" 2>/dev/null)" ] || tell impossible "port $SSHWHY_PORT is taken"
home=$(getent passwd -- "$SSHWHY_USER" | cut -d : -f 6)
[ -n "$home" ] || tell impossible "there is no account $SSHWHY_USER"
mkdir -m 711 "$dir" || tell impossible "$dir cannot be made"
failed() {
  rm -rf "$dir"
  tell impossible "$1"
}

effective=$("$sshd" -T -C "user=$SSHWHY_USER,host=${SSHWHY_FROM:-localhost},addr=${SSHWHY_FROM:-127.0.0.1},laddr=127.0.0.1,lport=22" 2>/dev/null)
files=$(printf '%s\n' "$effective" | sed -n 's/^authorizedkeysfile //p')
# As sshd does: with the rights of that user, so that a link of theirs shows nothing that is not theirs.
as_user() {
  [ "$(id -u -- "$SSHWHY_USER")" = 0 ] && { "$@"; return; }
  setpriv --reuid="$(id -u -- "$SSHWHY_USER")" --regid="$(id -g -- "$SSHWHY_USER")" --init-groups -- "$@"
}
# sshd puts its own copies in place of the files, whatever becomes of home directories and of /etc/ssh.
(umask 022; : >"$dir/keys")
set -f
for file in ${files:-.ssh/authorized_keys}; do
  file=$(printf '%s' "$file" | sed -e "s|%h|$home|g" -e "s|%u|$SSHWHY_USER|g" -e 's|%%|%|g')
  case $file in /*) ;; *) file=$home/$file ;; esac
  as_user cat -- "$file" >>"$dir/keys" 2>/dev/null || :
done
set +f
grep -qE '(^|[[:space:]])(ssh-|ecdsa-|sk-)[^[:space:]]+[[:space:]]+AAAA' "$dir/keys" || failed "$SSHWHY_USER has no authorized key"
count=0
for key in $(printf '%s\n' "$effective" | sed -n 's/^hostkey //p') /etc/ssh/ssh_host_ed25519_key /etc/ssh/ssh_host_ecdsa_key /etc/ssh/ssh_host_rsa_key; do
  name=$dir/${key##*/}
  [ ! -r "$key" ] || [ -e "$name" ] || { cp -- "$key" "$name" && echo "HostKey $name" >>"$dir/config" && count=$((count + 1)); }
done
[ "$count" -gt 0 ] || failed 'there is no host key'
# PAM may be what breaks; without it sshd refuses accounts whose password is locked, and then it is needed.
pam=no
case $(getent shadow -- "$SSHWHY_USER" 2>/dev/null | cut -d : -f 2) in '!'*) pam=yes ;; esac
cat >>"$dir/config" <<CONFIG
Port $SSHWHY_PORT
PidFile $dir/pid
AuthorizedKeysFile $dir/keys
AllowUsers $SSHWHY_USER${SSHWHY_FROM:+@$SSHWHY_FROM}
AuthenticationMethods publickey
PasswordAuthentication no
ChallengeResponseAuthentication no
PermitRootLogin prohibit-password
UsePAM $pam
UseDNS no
X11Forwarding no
Subsystem sftp internal-sftp
CONFIG
printf '%s\n' "$SSHWHY_PORT" >"$dir/port"
printf '%s\n' "$SSHWHY_USER" >"$dir/user"
echo $(($(date +%s) + SSHWHY_SECONDS)) >"$dir/until"
printf '%s\n' "${SSHWHY_OPEN:-:}" >"$dir/open"
printf '%s\n' "${SSHWHY_SHUT:-:}" >"$dir/shut"
# The old program serves on while an upgrade puts another one in its place; since 9.8 there is no such way.
printf '%s\n' "$sshd" >"$dir/sshd"
cat >"$dir/run" <<'RUN'
dir=/run/sshwhy-rescue
end=$(cat "$dir/until") sshd=$(cat "$dir/sshd") pid=''
leave() {
  trap '' HUP INT TERM
  [ -z "$pid" ] || kill "$pid" 2>/dev/null
  [ ! -e "$dir/opened" ] || sh "$dir/shut" >/dev/null 2>&1
  [ ! -e "$dir/held" ] || umount /run/sshd 2>/dev/null
  rm -rf "$dir"
  exit 0
}
trap leave HUP INT TERM EXIT
echo $$ >"$dir/keeper"
# sshd locks its unprivileged part in here, and the unit of the other sshd takes the folder away when it stops; what is
# mounted cannot be taken away.
[ -d /run/sshd ] || mkdir -m 755 /run/sshd
mount --bind /run/sshd /run/sshd 2>/dev/null && : >"$dir/held"
"$sshd" -D -r -f "$dir/config" -E "$dir/log" &
pid=$!
sh "$dir/open" >/dev/null 2>&1 && : >"$dir/opened"
while [ "$(date +%s)" -lt "$end" ] && kill -0 "$pid" 2>/dev/null; do
  [ -d /run/sshd ] || mkdir -m 755 /run/sshd
  sleep 1 &
  wait $!
done
RUN
"$sshd" -t -f "$dir/config" 2>"$dir/log" || failed "$(tail -n 1 "$dir/log")"
if command -v systemd-run >/dev/null && [ -d /run/systemd/system ]; then
  systemctl reset-failed "$unit.service" 2>/dev/null
  # Sessions that stand go on; the time is also kept by systemd, should the script be stopped.
  systemd-run -q --unit="$unit" -p KillMode=process -p RuntimeMaxSec=$((SSHWHY_SECONDS + 60)) --collect sh "$dir/run" 2>/dev/null ||
    failed 'systemd-run refused'
else
  setsid sh "$dir/run" </dev/null >/dev/null 2>&1 &
fi
for _ in 1 2 3 4 5 6 7 8 9 10; do
  [ -s "$dir/pid" ] && alive && tell up
  [ -d "$dir" ] || tell impossible 'it ended at once'
  sleep 0.5
done
said=$(tail -n 1 "$dir/log" 2>/dev/null)
! alive || kill "$(cat "$dir/keeper")"
tell impossible "${said:-it did not start}"
