#!/bin/sh
# Starts a second sshd on a spare port of the loopback, tries one login there with a key made for it, and takes everything
# away again, also when it is interrupted. The running sshd, its files and the account are not touched.
# Needs root, sshd and ssh. Knows SSHWHY_USER and SSHWHY_LINES: the configuration without ports, addresses and host keys.
# SSHWHY_FROM, SSHWHY_TO, SSHWHY_PORT: the addresses and the port of the login, in network and mount namespaces of its own.
# SSHWHY_TYPE, SSHWHY_BITS: of the key. SSHWHY_KEY (base64), SSHWHY_FILES (one path a line): where that key stands, the one
# made for the login stands in its place; for this sshd alone, so that needs the namespaces too.
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
pid='' login=''
leave() {
  trap '' HUP INT TERM PIPE
  for one in $login $pid; do kill "$one" 2>/dev/null; done
  rm -rf "$dir"
}
trap leave EXIT
# A reader that goes away must not keep the folder.
trap 'exit 130' HUP INT TERM PIPE

chmod 755 "$dir"
ssh-keygen -q -t ed25519 -N '' -f "$dir/host" || impossible 'ssh-keygen fails'
ssh-keygen -q -t "${SSHWHY_TYPE:-ed25519}" ${SSHWHY_BITS:+-b "$SSHWHY_BITS"} -N '' -f "$dir/user" ||
  impossible "ssh-keygen makes no key of type ${SSHWHY_TYPE:-ed25519} ${SSHWHY_BITS:-}"
chmod 644 "$dir/user.pub"

to=127.0.0.1 from=''
port=$(awk -v seed="$$" 'BEGIN { srand(); srand(srand() + seed); print int(20000 + rand() * 12000) }')
if [ -n "${SSHWHY_FROM:-}" ]; then
  # Nothing but this login is in the network that the caller has made, so it may have any address and port.
  from=$SSHWHY_FROM to=$SSHWHY_TO port=$SSHWHY_PORT
  ip link set lo up || impossible 'the loopback of a network of its own cannot be set up'
  for one in "$from" "$to"; do
    case $one in *:*) bits=128 nodad=nodad ;; *) bits=32 nodad='' ;; esac
    # shellcheck disable=SC2086 # a word or none
    ip addr add "$one/$bits" dev lo $nodad 2>/dev/null
  done
fi

given="AuthorizedKeysFile $dir/user.pub"
count=0
while IFS= read -r file; do
  [ -f "$file" ] || continue
  count=$((count + 1))
  cp -p "$file" "$dir/keys$count" || impossible "$file cannot be copied"
  awk -v old="$SSHWHY_KEY" -v new="$(cut -d ' ' -f 2 "$dir/user.pub")" '
    { at = index($0, old); print at ? substr($0, 1, at - 1) new substr($0, at + length(old)) : $0 }' "$file" >"$dir/keys$count"
  mount --bind "$dir/keys$count" "$file" || impossible "nothing can be put in the place of $file"
  given=''
done <<LIST
${SSHWHY_FILES:-}
LIST

{
  # The first value wins, so these hold whatever comes after.
  printf 'Port %s\nListenAddress %s\nHostKey %s\nPidFile none\n%s\n' "$port" "$to" "$dir/host" "$given"
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

# In the background, because a trap waits for what runs in the foreground.
timeout 15 ssh -F none -i "$dir/user" -o IdentitiesOnly=yes -o IdentityAgent=none -o BatchMode=yes \
  -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o GlobalKnownHostsFile=/dev/null -o LogLevel=ERROR \
  -o ConnectTimeout=10 ${from:+-b "$from"} -p "$port" -l "$SSHWHY_USER" "$to" true >/dev/null 2>"$dir/said" </dev/null &
login=$!
if wait "$login"; then
  echo result=in
else
  printf 'result=refused\nsaid=%s\n' "$(tail -n 1 "$dir/said" | tr -d '\r' | head -c 400)"
fi
