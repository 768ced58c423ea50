#!/bin/sh
# Makes what somebody can install, and installs it: the package of npm with each Node.js, the executable and the packages of Debian on
# hosts of the lab, completions in their shells. As root on Debian; fetches what it needs once.
# usage: test.sh [what vitest takes]
set -eu
cd "$(dirname -- "$0")/../.."
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo 'What can be installed was not tried: that needs root on Debian, for hosts of the lab. test/packaging tries the package of npm with this Node.js.'
  exit 0
fi
if [ "$(uname -m)" != x86_64 ]; then
  echo 'What can be installed was not tried: the hashes of packaging/node.json are those of Node.js for x86_64.'
  exit 0
fi
sh scripts/lab.sh --prepare
npx tsx scripts/dist/release.ts --test
exec npx vitest run --config vitest.install.config.ts lab/install "$@"
