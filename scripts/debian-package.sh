#!/bin/sh
# Unpacks a package of Debian into the cache, without installing it (nothing starts), and prints the folder.
# usage: debian-package.sh PACKAGE
set -eu
package=$1
cache=${SSHWHY_LAB_CACHE:-/var/cache/sshwhy-lab}/packages
dir=$cache/$package
if [ ! -f "$dir/.complete" ]; then
  mkdir -p "$cache"
  exec 9>"$dir.lock"
  flock 9
  if [ ! -f "$dir/.complete" ]; then
    rm -rf "$dir" "$dir.partial"
    mkdir "$dir.partial"
    # apt's own user may write there.
    fetch() { (cd "$dir.partial" && apt-get download -qq -o APT::Sandbox::User=root "$package") >&2; }
    fetch 2>/dev/null || { apt-get update -qq >&2 && fetch; }
    for deb in "$dir.partial"/*.deb; do dpkg-deb -x "$deb" "$dir.partial"; rm "$deb"; done
    : >"$dir.partial/.complete"
    mv "$dir.partial" "$dir"
  fi
fi
printf '%s\n' "$dir"
