LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH

have() { command -v "$1" >/dev/null 2>&1; }
if have timeout; then bounded() { timeout "$@"; }; else bounded() { shift && "$@"; }; fi

# as FOLDER COMMAND…: with the rights of whom the folder belongs to, so that a link of theirs leads root nowhere.
as() {
  as_uid=$(stat -c %u -- "$1") || return 1
  as_user=$(stat -c %U -- "$1")
  shift
  if [ "$as_uid" = "$(id -u)" ] || [ "$(id -u)" != 0 ]; then
    "$@"
  else
    setpriv --reuid="$as_uid" --regid="$(id -g -- "$as_user")" --clear-groups -- "$@"
  fi
}

# pinned PATH COMMAND…: the command gets the very file as its last word, whatever becomes of the path meanwhile.
pinned() {
  pinned_path=$1
  shift
  [ -f "$pinned_path" ] || [ -d "$pinned_path" ] || return 1
  if [ -d /proc/self/fd ]; then
    (
      exec 3<"$pinned_path" || exit 1
      [ "$(readlink /proc/self/fd/3)" = "$pinned_path" ] || exit 1
      "$@" /proc/self/fd/3
    )
  else
    "$@" "$pinned_path"
  fi
}

# A socket cannot be opened anew while the service that it started runs; sessions outlive that.
# Restarts one after the other are not held against it (StartLimitBurst=).
start_anew() {
  systemctl reset-failed -- "$1" 2>/dev/null
  bounded 90 systemctl restart -- "$1" && return
  case $1 in *.socket) systemctl stop -- "${1%.socket}.service" && bounded 90 systemctl restart -- "$1" ;; *) return 1 ;; esac
}

# Where fixes are remembered: those of the machine, and those of a user's own client.
machine_state=/var/lib/sshwhy
own_state=${XDG_STATE_HOME:-${HOME:-/nonexistent}/.local/state}/sshwhy
[ "$(id -u)" = 0 ] || machine_state=$own_state
