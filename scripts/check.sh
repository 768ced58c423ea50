#!/bin/sh
# The everyday path, under a minute: format, lint, import floors, types, generated files, shell scripts, unit tests. Those that start
# many programs run with --all, as npm test has it.
set -eu
cd "$(dirname -- "$0")/.."
sh scripts/setup.sh
npx biome check --error-on-warnings .
npx tsc
npx tsc -p src/web/page
npx tsc -p lab/web
npx tsx scripts/generate.ts --check
if command -v shellcheck >/dev/null 2>&1; then
  shellcheck sshwhy scripts/*.sh src/collect/*.sh lab/*.sh lab/ansible/*.sh lab/broker/*.sh lab/web/*.sh lab/install/*.sh scripts/dist/*.sh .ci/run
  # Parts of one script: what one of them does not set or use another does.
  shellcheck -s sh -S warning -e SC2154,SC2034,SC1090 src/remedy/*.sh
else
  echo 'shellcheck is not installed: shell scripts were not checked (apt-get install shellcheck)'
fi
if [ "${1:-}" = --all ]; then
  npx vitest run
else
  EVERYDAY=1 npx vitest run
  echo 'The slow unit tests (test/cli and others that start many programs) were left out: npm run unit'
fi
