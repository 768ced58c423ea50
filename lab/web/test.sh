#!/bin/sh
# The page of `sshwhy serve` in a real Chromium; writes the pictures of the README. On Debian; fetches its packages once and installs none.
# usage: test.sh [what vitest takes]
set -eu
cd "$(dirname -- "$0")/../.."
sh scripts/setup.sh
if command -v chromium >/dev/null 2>&1; then
  CHROMIUM=$(command -v chromium)
elif command -v apt-get >/dev/null 2>&1; then
  dir=$(sh scripts/debian-packages.sh chromium fonts-dejavu-core)
  # The wrapper of the package looks for its own under /usr.
  CHROMIUM=$dir/usr/lib/chromium/chromium
  LD_LIBRARY_PATH=$dir/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  export LD_LIBRARY_PATH
else
  echo 'The page was not tested in a browser: that needs Chromium, which this finds on Debian only.'
  exit 0
fi
export CHROMIUM
exec npx vitest run --config vitest.web.config.ts "$@"
