# Changes a machine so that it can change itself back: what takes a change back is on its disk before the change is made, and
# a guard on the machine does so unless it is told in time that the login works (restore.sh, guard.sh).
# Knows: id, where (client | server), mode (apply | dry | console), within and slow (seconds for the confirmation, and before that for the changes), stack (ids of
# fixes that this one comes on top of), about (lines KEY=VALUE), question (for sshd -T -C), unless (why the guard takes it
# back), restore_sh and guard_sh (texts). The function `changes` calls what is below. Prints lines "@@ KEY TEXT".

umask 077
case $where in client) state=$own_state ;; *) state=$machine_state ;; esac
dir=$state/undo/$id
scratch=$dir/new
step=0 made='' form='@@ %s %s\n'
[ "$mode" != console ] || form='%s: %s\n'

tell() { printf "$form" "$1" "$(printf '%s' "$2" | tr '\n' ' ')"; }
now() { cut -d. -f1 /proc/uptime 2>/dev/null || date +%s; }
nap() { sleep 0.1 2>/dev/null || sleep 1; }

# Nothing was changed.
refuse() {
  [ -z "$made" ] || rm -rf "$dir"
  tell refused "$1"
  exit 0
}

# It cannot go on: what was changed goes back.
trouble() {
  [ "$mode" = dry ] || sh "$dir/restore.sh" "$1" >/dev/null 2>&1
  restored=$?
  for made_file in "$dir"/undo.* "$dir"/unit.*; do
    [ "$mode" = dry ] || [ ! -e "$made_file" ] || made=changes
  done
  [ "$made" = changes ] || refuse "$1"
  case $restored in 0) tell restored "$1" ;; *) tell damaged "$1 (see $dir/log)" ;; esac
  exit 0
}

# The true path of what a name leads to. A link that somebody other than root made may lead only to what is theirs.
true_path() {
  true_rest=${1#/} true_at=''
  while [ -n "$true_rest" ]; do
    true_at=$true_at/${true_rest%%/*}
    case $true_rest in */*) true_rest=${true_rest#*/} ;; *) true_rest='' ;; esac
    [ -L "$true_at" ] || continue
    true_owner=$(stat -c %u -- "$true_at")
    [ "$true_owner" = 0 ] || [ "$true_owner" = "$(stat -L -c %u -- "$true_at" 2>/dev/null)" ] || return 1
  done
  if [ -e "$1" ]; then
    readlink -f -- "$1"
  else
    true_folder=$(readlink -f -- "$(dirname -- "$1")") || return 1
    printf '%s/%s\n' "${true_folder%/}" "$(basename -- "$1")"
  fi
}

find_true() {
  file=$(true_path "$1") || trouble "$1 is a link to what belongs to somebody else, or its folder is not there"
  folder=${file%/*}
  folder=${folder:-/}
}

quoted() { printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"; }

# note FILE COMMAND WORD…: written down, and on the disk, before anything is changed.
note() {
  note_file=$1 note_line=$2
  shift 2
  for note_word in "$@"; do note_line="$note_line $(quoted "$note_word")"; done
  printf '%s\n' "$note_line" >>"$dir/$note_file" || trouble "cannot write $dir/$note_file"
  sync "$dir/$note_file" 2>/dev/null || :
}
undo() { note "undo.$step" "$@"; }

# keep FILE: under a second name beside it. Putting it back then needs no space and keeps label, owner, mode and times.
keep() {
  keep_beside=${folder%/}/.sshwhy-$id-$step
  undo put_back "$step" "$1"
  as "$folder" ln -- "$1" "$keep_beside" 2>/dev/null || as "$folder" cp -a -- "$1" "$keep_beside" ||
    trouble "cannot keep a copy of $1"
  printf '%s %s\n' "$step" "$1" >>"$dir/beside"
}

# copy_of TAG FILE: for what other programs write to, perhaps in place.
copy_of() {
  if [ -e "$2" ]; then
    cp -a -- "$2" "$dir/kept.$1" || trouble "cannot keep a copy of $2"
    undo put_back "$1" "$2"
  else
    undo take_away "$2"
  fi
}

begin() {
  step=$((step + 1))
  [ "$mode" = dry ] || [ -e "$dir/armed" ] || { tell restored "$unless"; exit 0; }
  tell change "$1"
}

# put FILE MODE OWNER: the file gets the text in $scratch, at once or not at all. Empty MODE or OWNER: as they are.
put() {
  find_true "$1"
  if [ "$mode" = dry ]; then
    if [ -e "$file" ]; then diff -u -- "$file" "$scratch"; else diff -u /dev/null "$scratch"; fi >"$dir/diff"
    tell diff "--- $1"
    sed -n '3,$s/^/@@ diff /p' "$dir/diff"
    return
  fi
  new=${folder%/}/.sshwhy-new-$id-$step
  undo take_away "$new"
  # Made only when nothing of that name is there, be it a link.
  as "$folder" sh -C -c ': >"$1"' sh "$new" 2>/dev/null || trouble "cannot write in $folder"
  if [ -e "$file" ]; then
    put_owner=$(stat -c %u -- "$folder")
    [ "$put_owner" = 0 ] || [ "$put_owner" = "$(stat -c %u -- "$file")" ] || drop "$file belongs to another user than its folder"
    as "$folder" cp -a -- "$file" "$new" || drop "cannot write in $folder"
  else
    as "$folder" chmod "${2:-644}" -- "$new"
  fi
  as "$folder" sh -c 'cat >"$1"' sh "$new" <"$scratch" && { sync "$new" 2>/dev/null || :; } && cmp -s -- "$scratch" "$new" ||
    drop "cannot write $file: no space?"
  [ -z "$2" ] || as "$folder" chmod "$2" -- "$new" || drop "cannot set the mode of $file"
  [ -z "$3" ] || pinned "$new" chown "$3" || drop "cannot give $file to $3"
  if [ -e "$file" ]; then keep "$file"; else undo take_away "$file"; fi
  as "$folder" mv -f -- "$new" "$file" || drop "cannot write $file"
  sync "$folder" 2>/dev/null
  printf '%s\n' "$file" >>"$dir/written"
}

drop() {
  as "$folder" rm -f -- "$new"
  trouble "$1"
}

trimmed() { printf '%s' "$1" | sed 's/^[[:space:]]*//;s/[[:space:]]*$//'; }

# change_line FILE LINE (out | to) WAS TEXT
change_line() {
  begin "$1, line $2"
  find_true "$1"
  is=$(as "$folder" sed -n "$2p" "$file") || trouble "$1 cannot be read"
  [ -z "$4" ] || [ "$(trimmed "$is")" = "$(trimmed "$4")" ] || trouble "line $2 of $1 is no longer what was seen: look again"
  case $3 in out) text="# $is" ;; *) text=$5 ;; esac
  as "$folder" cat -- "$file" | AT=$2 TEXT=$text awk 'NR == ENVIRON["AT"] { print ENVIRON["TEXT"]; next } { print }' >"$scratch" ||
    trouble "cannot write $scratch: no space?"
  put "$1" '' ''
}

# add_lines (front | behind) FILE MODE OWNER TEXT
add_lines() {
  begin "$2"
  find_true "$2"
  {
    [ "$1" = behind ] || printf '%s\n' "$5"
    # A last line without an end gets one.
    [ ! -e "$file" ] || as "$folder" awk 1 "$file"
    [ "$1" = front ] || printf '%s\n' "$5"
  } >"$scratch" || trouble "cannot write $scratch: no space?"
  if [ -e "$file" ]; then put "$2" '' ''; else put "$2" "$3" "$4"; fi
}

# write_file FILE MODE OWNER TEXT
write_file() {
  begin "$1"
  printf '%s' "$4" >"$scratch" || trouble "cannot write $scratch: no space?"
  put "$1" "$2" "$3"
}

# copy_file FILE MODE FROM
copy_file() {
  begin "$1, from $3"
  cat -- "$3" >"$scratch" || trouble "cannot copy $3"
  put "$1" "$2" ''
}

remove_file() {
  begin "$1 away"
  find_true "$1"
  [ -e "$file" ] || return 0
  if [ "$mode" = dry ]; then
    tell diff "--- $1 is removed"
    return
  fi
  undo put_back "$step" "$file"
  as "$folder" mv -- "$file" "${folder%/}/.sshwhy-$id-$step" || trouble "cannot remove $1"
  printf '%s %s\n' "$step" "$file" >>"$dir/beside"
}

# make_folder PATH MODE OWNER
make_folder() {
  begin "$1"
  if [ -d "$1" ]; then
    step=$((step - 1))
    give_owner "$1" "$3"
    give_mode "$1" "$2"
    return
  fi
  if [ "$mode" = dry ]; then
    tell diff "+ folder $1, mode $2, owner $3"
    return
  fi
  missing=$1
  while [ ! -e "$missing" ]; do
    undo take_folder "$missing"
    missing=$(dirname -- "$missing")
  done
  (umask 022 && mkdir -p -- "$1") && chown "$3" "$1" && chmod "$2" "$1" || trouble "cannot make $1"
}

# give_mode PATH MODE
give_mode() {
  begin "mode of $1: $2"
  find_true "$1"
  was=$(stat -c %a -- "$file") || trouble "$1 is not there"
  if [ "$mode" = dry ]; then
    tell diff "mode of $1: $was, then chmod $2"
    return
  fi
  undo set_mode "$file" "$was"
  pinned "$file" chmod "$2" || trouble "cannot change the mode of $1"
}

# give_owner PATH OWNER
give_owner() {
  begin "owner of $1: $2"
  find_true "$1"
  was=$(stat -c %u:%g -- "$file") || trouble "$1 is not there"
  if [ "$mode" = dry ]; then
    tell diff "owner of $1: $(stat -c %U:%G -- "$file"), then chown $2"
    return
  fi
  undo set_owner "$file" "$was"
  pinned "$file" chown "$2" || trouble "cannot change the owner of $1"
}

set_sysctl() {
  begin "$1 = $2"
  was=$(sysctl -n "$1") || trouble "the kernel has no $1"
  if [ "$mode" = dry ]; then
    tell diff "$1: $was, then $2"
    return
  fi
  undo run_back "sysctl -q -w $(quoted "$1=$was")"
  sysctl -q -w "$1=$2" || trouble "cannot set $1"
}

# run_command RUN UNDO FILE…: UNDO has a command a line.
run_command() {
  begin "$1"
  if [ "$mode" = dry ]; then
    tell diff "$ $1"
    return
  fi
  run=$1 run_undo=$2
  shift 2
  if [ -n "$run_undo" ]; then
    printf '%s\n' "$run_undo" >"$scratch"
    while IFS= read -r each; do undo run_back "$each"; done <"$scratch"
  fi
  part=0
  for each in "$@"; do
    part=$((part + 1))
    copy_of "$step.$part" "$each"
  done
  [ -e "$dir/undo.$step" ] || undo :
  bounded 600 sh -c "$run" >"$dir/said" 2>&1 </dev/null || trouble "$run: $(tail -n 3 "$dir/said")"
}

# Whether sshd takes its files. Debian's also wants /run/sshd, which is away while its unit is down; then its unit asks.
checked() {
  have sshd || return 0
  [ -d /run/sshd ] || ! grep -q /run/sshd "$(command -v sshd)" || return 0
  said=$(sshd -t 2>&1) || trouble "sshd does not take its files: $said"
}

# A unit that was told may need a moment before it listens.
listening() {
  have sshd || return 0
  hex=$(sshd -T 2>/dev/null | awk '$1 == "port" { printf "%04X", $2; exit }')
  tries=0
  while [ -n "$hex" ] && [ "$tries" -lt 30 ] && ! grep -q ":$hex [0-9A-F:]* 0A " /proc/net/tcp /proc/net/tcp6 2>/dev/null; do
    tries=$((tries + 1))
    nap
  done
}

# tell_unit UNIT ACTION CHECK ANEW
tell_unit() {
  begin "systemctl $2 $1"
  if [ "$mode" = dry ]; then
    tell diff "$ systemctl $2 $1"
    return
  fi
  [ -z "$3" ] || checked
  if have systemctl && [ -d /run/systemd/system ]; then
    note "unit.$step" unit_back "$1" "$2" "$(systemctl show -p ActiveState --value -- "$1")" "$(systemctl is-enabled -- "$1" 2>/dev/null)"
    [ -z "$4" ] || systemctl reset-failed -- "$1" 2>/dev/null
    case $2 in
      daemon-reload) systemctl daemon-reload ;;
      add-wants*) systemctl add-wants "${2#* }" "$1" ;;
      'enable --now') bounded 90 systemctl enable --now -- "$1" ;;
      restart) start_anew "$1" ;;
      *) bounded 90 systemctl "$2" -- "$1" ;;
    esac >"$dir/said" 2>&1 || trouble "systemctl $2 $1: $(tail -n 2 "$dir/said")"
  else
    note "unit.$step" unit_back "$1" "$2" '' ''
    case $2 in
      reload) pkill -HUP -o -x sshd ;;
      restart | start | 'enable --now') service "${1%.service}" "${2%% *}" ;;
      *) : ;;
    esac >"$dir/said" 2>&1 || trouble "$2 $1 without systemd: $(tail -n 2 "$dir/said")"
  fi
  case $1 in ssh*) listening ;; esac
}

effective() { [ "$where" = client ] || ! have sshd || sshd -T ${question:+-C "$question"} 2>/dev/null | sort; }

awaited() {
  tries=0
  while [ ! -e "$dir/guarded" ]; do
    tries=$((tries + 1))
    [ "$tries" -gt 40 ] && return 1
    nap
  done
}

arm() {
  for other in "$state"/undo/*/armed; do
    other=${other%/armed}
    other=${other##*/}
    case " $stack * " in *" $other "*) ;; *) refuse "another fix, $other, still waits for its confirmation" ;; esac
  done
  (umask 022 && mkdir -p -- "$state") && mkdir -p -- "$state/undo" && mkdir -- "$dir" || refuse "cannot make $dir"
  made=yes
  printf '%s' "$restore_sh" >"$dir/restore.sh" && printf '%s' "$guard_sh" >"$dir/guard.sh" && sh -n "$dir/restore.sh" &&
    printf '%s\n' "$about" >"$dir/about" && printf '%s\n' "$unless" >"$dir/unless" && printf '%s\n' "$$" >"$dir/engine.pid" &&
    printf '%s\n' "$(($(now) + within + slow))" >"$dir/deadline" && : >"$dir/armed" || refuse "cannot write in $dir: no space?"
  sync "$dir/restore.sh" "$dir/guard.sh" 2>/dev/null
  guard=systemd
  if have systemd-run && [ -d /run/systemd/system ] && [ "$(id -u)" = 0 ] &&
    bounded 10 systemd-run --quiet --collect --unit="sshwhy-guard-$id" sh "$dir/guard.sh" >/dev/null 2>&1 && awaited; then
    :
  else
    guard=process
    if have setsid; then
      setsid sh "$dir/guard.sh" </dev/null >/dev/null 2>&1 &
    else
      nohup sh "$dir/guard.sh" </dev/null >/dev/null 2>&1 &
    fi
    awaited || refuse 'no guard can be started here that would take the change back'
  fi
  tell armed "$guard"
}

if [ "$mode" = dry ]; then
  dir=$(mktemp -d) || refuse 'no folder for temporary files'
  made=yes
  scratch=$dir/new
  trap 'rm -rf "$dir"' EXIT
  changes
  tell 'done' ''
  exit 0
fi
arm
# Whoever asked may be gone before it is done; a handler, because an ignored signal would be inherited.
trap : HUP PIPE
effective >"$dir/before"
changes
[ "$where" = client ] || ! have sshd || said=$(sshd -t 2>&1) || tell warning "sshd -t: $said"
effective >"$dir/after"
diff "$dir/before" "$dir/after" | sed -n 's/^< /@@ effect -/p; s/^> /@@ effect +/p'
printf '%s\n' "$(($(now) + within))" >"$dir/deadline.new" && mv -- "$dir/deadline.new" "$dir/deadline"
: >"$dir/applied" || trouble "cannot write in $dir: no space?"
logger -t sshwhy -p auth.notice -- "fix $id was made; it is taken back in $within s unless it is confirmed" 2>/dev/null
tell applied "$within"
