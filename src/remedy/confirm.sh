# What is left to do once a fix is confirmed. Knows: dir, id.

# What was kept beside the files goes where nobody stumbles over it.
tidy() {
  [ -e "$dir/beside" ] || return 0
  while read -r tag file; do
    folder=${file%/*}
    beside=${folder%/}/.sshwhy-$id-$tag
    cp -a -- "$beside" "$dir/kept.$tag" && as "${folder:-/}" rm -f -- "$beside"
  done <"$dir/beside"
}

# Two words: how a file is now.
sum_of() { if [ -e "$1" ]; then cksum <"$1"; else printf 'no file\n'; fi; }

# How the files are now, so that an undo later sees whether somebody changed them since.
sums() {
  [ -e "$dir/written" ] || return 0
  sort -u "$dir/written" | while read -r file; do printf '%s %s\n' "$(sum_of "$file")" "$file"; done >"$dir/sums"
}
