#!/bin/sh
# Builds the commit in two fresh clones, in two places, at two times, and compares the bytes.
# usage: twice.sh [--test]     --test: only what the tests of this machine take, see release.ts
set -eu
cd "$(dirname -- "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
for place in first second/in/another-folder; do
  git clone -q . "$work/$place"
  (cd "$work/$place" && npm run --silent dist -- "$@" >/dev/null)
done
out=release${1:+/test}
diff "$work/first/$out/SHA256SUMS" "$work/second/in/another-folder/$out/SHA256SUMS"
cat "$work/first/$out/SHA256SUMS"
