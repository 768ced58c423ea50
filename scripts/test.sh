#!/bin/sh
# The check, then the lab where it can run: every case, the further variants of a cause on one release each (npm run lab
# has all of them on all). Installs what it needs.
set -eu
cd "$(dirname -- "$0")/.."
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  sh scripts/lab.sh --prepare
  sh scripts/check.sh
  exec sh scripts/lab.sh --core --again
fi
sh scripts/check.sh
echo 'The lab was not run: it boots real hosts and needs root on Debian.'
