#!/bin/sh
# The page of `sshwhy serve` and the HTML reports in a real Chromium; writes the pictures of the README. As root on Debian it installs Chromium.
# usage: test.sh [what vitest takes]     CHROMIUM: the program to take instead
set -eu
cd "$(dirname -- "$0")/../.."
sh scripts/setup.sh
if [ -z "${CHROMIUM:-}" ] && ! command -v chromium >/dev/null 2>&1; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo 'The page was not tested in a browser: that needs Chromium (on Debian: apt-get install chromium), or its path in CHROMIUM.'
    exit 0
  fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
fi
: "${CHROMIUM:=$(command -v chromium)}"
export CHROMIUM
exec npx vitest run --config vitest.web.config.ts "$@"
