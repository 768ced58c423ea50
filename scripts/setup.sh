#!/bin/sh
# Installs the dependencies and builds dist/, each only when it is missing or older than what it is made from.
set -eu
cd "$(dirname -- "$0")/.."
if [ ! -f node_modules/.package-lock.json ] || [ -n "$(find package-lock.json -newer node_modules/.package-lock.json)" ]; then
  npm ci --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
fi
if [ ! -f dist/sshwhy.js ] || [ -n "$(find src packaging docs/causes scripts/manual scripts/build.mjs scripts/causes-book.mjs scripts/declarations.mjs scripts/third-party.mjs vite.config.ts tsconfig.types.json package.json -newer dist/sshwhy.js -print | head -n 1)" ]; then
  node scripts/build.mjs
fi
