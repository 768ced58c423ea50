#!/bin/sh
# Every attack of the corpus through every door, then the pages in a browser where there is one. usage: test.sh [what vitest takes]
set -eu
cd "$(dirname -- "$0")/../.."
sh scripts/setup.sh
npx vitest run test/hostile "$@"
exec sh lab/web/test.sh lab/web/hostile.test.ts
