#!/bin/sh
# Fetches packages of Debian with the libraries that they need and this machine has not, and unpacks
# them without installing anything: nothing is started, no user is made. Prints the folder. Kept for the next time.
# usage: debian-packages.sh PACKAGE…     exit 1 when one of them is not in this release
set -eu
dir=${SSHWHY_LAB_CACHE:-/var/cache/sshwhy-lab}/packages/$(echo "$*" | tr ' ' +)
recipe=$(cksum <"$0")
[ "$(cat "$dir/.complete" 2>/dev/null)" = "$recipe" ] && { echo "$dir"; exit 0; }
mkdir -p "$(dirname "$dir")"
exec 9>"$dir.lock"
flock 9
[ "$(cat "$dir/.complete" 2>/dev/null)" = "$recipe" ] && { echo "$dir"; exit 0; }
rm -rf "$dir" "$dir.partial"
mkdir -p "$dir.partial/debs/partial"
fetch() {
  apt-get install -y -qq --reinstall --download-only --no-install-recommends -o Debug::NoLocking=1 \
    -o Dir::Cache::archives="$dir.partial/debs" "$@" >&2
}
for package; do
  apt-cache show "$package" >/dev/null 2>&1 || { apt-get update -qq >&2; break; }
done
fetch "$@" || { apt-get update -qq >&2; fetch "$@"; }
for deb in "$dir.partial"/debs/*.deb; do dpkg-deb -x "$deb" "$dir.partial"; done
rm -rf "$dir.partial/debs"
printf '%s\n' "$recipe" >"$dir.partial/.complete"
mv "$dir.partial" "$dir"
echo "$dir"
