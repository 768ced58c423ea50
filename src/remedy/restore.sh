# Takes back what a fix of sshwhy changed on this machine. Lies in the folder of that fix, beside what it needs:
#   armed | confirmed | restoring | restored   the state, an empty file that is renamed: who renames it has decided
#   undo.N      what takes change N back, written before that change was made; the last one is run first
#   unit.N      units that have to be told, in order, after all files are back
#   kept.TAG    what was there; until it is confirmed it lies beside the file itself, as .sshwhy-ID-TAG
# sh restore.sh WHY         exit status 0: all is as it was; 1: something could not be taken back; 5: it was confirmed
# sh restore.sh WHY undo    takes back what was confirmed, too

dir=$(cd "$(dirname "$0")" && pwd -P) || exit 1
id=${dir##*/}
failed=0

say() {
  logger -t sshwhy -p auth.notice -- "$1" 2>/dev/null
  printf '%s\n' "$1" >>"$dir/log" 2>/dev/null
  printf '%s\n' "$1"
}

fail() {
  failed=1
  say "fix $id: could not $1"
}

put_back() {
  folder=${2%/*}
  folder=${folder:-/}
  beside=${folder%/}/.sshwhy-$id-$1
  if [ -e "$beside" ] || [ -L "$beside" ]; then
    as "$folder" mv -f -- "$beside" "$2" || fail "put $2 back"
    # Where nothing had been changed yet the two are one file, of which mv may leave both names.
    as "$folder" rm -f -- "$beside"
  elif [ -e "$dir/kept.$1" ] || [ -L "$dir/kept.$1" ]; then
    cp -a -- "$dir/kept.$1" "$beside" && mv -f -- "$beside" "$2" || fail "put $2 back"
  fi
}

take_away() {
  folder=${1%/*}
  # What lay in /run went with its folder when the machine was restarted.
  [ -d "${folder:-/}" ] || return 0
  as "${folder:-/}" rm -f -- "$1" || fail "take $1 away"
}

take_folder() { rmdir -- "$1" 2>/dev/null; }

set_mode() { pinned "$1" chmod "$2" || fail "give $1 the mode $2 again"; }

set_owner() { pinned "$1" chown "$2" || fail "give $1 to $2 again"; }

run_back() { bounded 60 sh -c "$1" >>"$dir/log" 2>&1 </dev/null || fail "run: $1"; }

# A daemon that runs is told to read its files only when it will take them.
valid() { ! have sshd || sshd -t >>"$dir/log" 2>&1; }

tell_unit() {
  case $2:$4 in
    unmask:masked | enable*:masked) systemctl mask "$1" ;;
    unmask:masked-runtime | enable*:masked-runtime) systemctl mask --runtime "$1" ;;
    enable*:disabled | add-wants*:disabled) systemctl disable "$1" ;;
  esac || return 1
  case $2:$3 in
    daemon-reload:*) systemctl daemon-reload ;;
    unmask:* | enable:* | add-wants*) ;;
    restart:active | restart:reloading) if valid; then start_anew "$1"; else said_invalid "$1"; fi ;;
    reload:active | reload:reloading) if valid; then systemctl reload-or-restart "$1" || start_anew "$1"; else said_invalid "$1"; fi ;;
    *:active | *:activating | *:reloading) ;;
    *) systemctl stop "$1" ;;
  esac
}

said_invalid() { say "fix $id: $1 goes on with what it has loaded, because its files, as they were, are not valid"; }

unit_back() {
  if have systemctl && [ -d /run/systemd/system ]; then
    tell_unit "$@" >>"$dir/log" 2>&1 || fail "bring $1 back ($3, $4)"
  elif valid; then
    pkill -HUP -o -x sshd
  fi
}

mv -- "$dir/armed" "$dir/restoring" 2>/dev/null ||
  { [ "$2" = undo ] && mv -- "$dir/confirmed" "$dir/restoring" 2>/dev/null; } ||
  [ -e "$dir/restoring" ] || { [ -e "$dir/restored" ] && exit 0; } || exit 5
# Whoever is still changing things must not go on after this.
if [ ! -e "$dir/applied" ] && read -r engine 2>/dev/null <"$dir/engine.pid" && [ "$engine" != "$PPID" ]; then
  kill -KILL "$engine" 2>/dev/null
fi
for step in $(ls "$dir" | sed -n 's/^undo\.//p' | sort -rn); do . "$dir/undo.$step"; done
for step in $(ls "$dir" | sed -n 's/^unit\.//p' | sort -n); do . "$dir/unit.$step"; done
mv -- "$dir/restoring" "$dir/restored"
if [ "$failed" = 0 ]; then say "fix $id was taken back: $1"; else say "fix $id was taken back, but for what is said above: $1"; fi
exit "$failed"
