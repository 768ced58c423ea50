#!/bin/sh
# The page of `sshwhy serve` in a real Chromium; writes the pictures of the README. On Debian; fetches its packages once and installs none.
# usage: test.sh [what vitest takes]     CHROMIUM: the program to take instead
set -eu
cd "$(dirname -- "$0")/../.."
sh scripts/setup.sh
if [ -n "${CHROMIUM:-}" ]; then
  :
elif command -v chromium >/dev/null 2>&1; then
  CHROMIUM=$(command -v chromium)
elif command -v apt-get >/dev/null 2>&1; then
  # Named one by one, so that they are fetched also where one of them is there already.
  dir=$(sh scripts/debian-packages.sh chromium chromium-common fonts-dejavu-core)
  # The wrapper of the package looks for its own under /usr.
  CHROMIUM=$dir/usr/lib/chromium/chromium
  LD_LIBRARY_PATH=$(echo "$dir"/usr/lib/*-linux-gnu*)${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  # Fonts are looked for there, too (fonts-conf(5)).
  XDG_DATA_HOME=$dir/usr/share
  [ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_PATH="$dir/etc/fonts"
  export LD_LIBRARY_PATH XDG_DATA_HOME
else
  echo 'The page was not tested in a browser: that needs Chromium, which this finds on Debian only.'
  exit 0
fi
export CHROMIUM
exec npx vitest run --config vitest.web.config.ts "$@"
