# What becomes of fixes that were made on this machine (engine.sh). Knows: action, id, why, within, force.
# Prints lines "@@ KEY TEXT".
dir=$machine_state/undo/$id
[ -e "$dir" ] || dir=$own_state/undo/$id
tell() { printf '@@ %s %s\n' "$1" "$2"; }
now() { cut -d. -f1 /proc/uptime 2>/dev/null || date +%s; }

stands() { for one in armed confirmed restoring restored; do [ -e "$1/$one" ] && printf %s "$one" && return; done; }

# A later change of the same file would be lost.
changed_since() {
  [ -e "$dir/sums" ] || return 0
  while read -r sum size file; do
    [ "$(sum_of "$file")" = "$sum $size" ] || tell changed "$file"
  done <"$dir/sums"
}

list() {
  [ "$machine_state" = "$own_state" ] || own=$own_state
  for dir in "$machine_state"/undo/*/ ${own:+"$own"/undo/*/}; do
    dir=${dir%/}
    [ -e "$dir/about" ] || continue
    tell fix "${dir##*/}"
    tell state "$(stands "$dir")"
    sed 's/^/@@ about /' "$dir/about"
  done
}

case $action in
  list) list ;;
  confirm)
    # What is half made is nobody's to confirm.
    if [ -e "$dir/applied" ] && mv -- "$dir/armed" "$dir/confirmed" 2>/dev/null; then
      tidy
      sums
      logger -t sshwhy -p auth.notice -- "fix $id was confirmed: $why" 2>/dev/null
      tell confirmed ''
    else
      tell "$(stands "$dir")" ''
    fi
    ;;
  extend)
    printf '%s\n' "$(($(now) + within))" >"$dir/deadline.new" && mv -- "$dir/deadline.new" "$dir/deadline" && tell "$(stands "$dir")" '' ;;
  undo)
    if [ ! -e "$dir/restore.sh" ]; then
      tell unknown ''
    else
      lost=$([ -n "$force" ] || changed_since)
      if [ -n "$lost" ]; then
        printf '%s\n' "$lost"
      else
        said=$(sh "$dir/restore.sh" "$why" undo)
        rc=$?
        printf '%s\n' "$said" | sed 's/^/@@ said /'
        if [ "$rc" = 1 ]; then tell damaged "$dir/log"; else tell "$(stands "$dir")" ''; fi
      fi
    fi
    ;;
esac
