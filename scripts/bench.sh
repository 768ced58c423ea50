#!/bin/sh
# Measures sshwhy beside its peers on real hosts of the lab; needs what the lab needs.
set -eu
cd "$(dirname -- "$0")/.."
sh scripts/lab.sh --prepare
npx tsx bench/run.ts "$@"
exec npx tsx bench/firewall.ts
