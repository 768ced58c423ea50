#!/bin/sh
# Starts a second sshd on a spare port of the loopback, tries one login there with a key made for it, and takes everything
# away again, also when it is interrupted. The running sshd, its files and the account are not touched.
# Needs root, sshd and ssh. Knows SSHWHY_USER and SSHWHY_LINES: the configuration without ports, addresses and host keys.
# Prints result=in|refused|not-started|impossible and, as said=…, what the one that refused said.

LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH

impossible() {
  printf 'result=impossible\nsaid=%s\n' "$1"
  exit 0
}

[ "$(id -u)" = 0 ] || impossible 'only root can start an sshd that logs others in'
sshd=$(command -v sshd) || impossible 'there is no sshd'
command -v ssh >/dev/null || impossible 'there is no ssh'
dir=$(mktemp -d /run/sshwhy-trial.XXXXXX 2>/dev/null) || impossible 'no folder can be made in /run'
pid=''
leave() {
  [ -z "$pid" ] || kill "$pid" 2>/dev/null
  rm -rf "$dir"
}
trap leave EXIT
trap 'exit 130' HUP INT TERM

chmod 755 "$dir"
for half in host user; do
  ssh-keygen -q -t ed25519 -N '' -f "$dir/$half" || impossible 'ssh-keygen fails'
done
chmod 644 "$dir/user.pub"
port=$(awk -v seed="$$" 'BEGIN { srand(); srand(srand() + seed); print int(20000 + rand() * 12000) }')
{
  # The first value wins, so these hold whatever comes after.
  printf 'Port %s\nListenAddress 127.0.0.1\nHostKey %s\nPidFile none\nAuthorizedKeysFile %s\n' "$port" "$dir/host" "$dir/user.pub"
  printf '%s\n' "$SSHWHY_LINES"
} >"$dir/config"

"$sshd" -f "$dir/config" -D -e 2>"$dir/log" &
pid=$!
i=0
until grep -q '^Server listening' "$dir/log"; do
  i=$((i + 1))
  if [ "$i" -gt 50 ] || ! kill -0 "$pid" 2>/dev/null; then
    printf 'result=not-started\nsaid=%s\n' "$(tail -n 1 "$dir/log" | tr -d '\r' | head -c 400)"
    exit 0
  fi
  sleep 0.1
done

if timeout 15 ssh -F none -i "$dir/user" -o IdentitiesOnly=yes -o IdentityAgent=none -o BatchMode=yes \
  -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o GlobalKnownHostsFile=/dev/null -o LogLevel=ERROR \
  -o ConnectTimeout=10 -p "$port" -l "$SSHWHY_USER" 127.0.0.1 true >/dev/null 2>"$dir/said" </dev/null; then
  echo result=in
else
  printf 'result=refused\nsaid=%s\n' "$(tail -n 1 "$dir/said" | tr -d '\r' | head -c 400)"
fi
