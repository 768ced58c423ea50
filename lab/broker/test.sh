#!/bin/sh
# Real brokers and a real ClickHouse, killed. On Debian; fetches their packages once and installs none.
set -eu
cd "$(dirname -- "$0")/../.."
if ! command -v apt-get >/dev/null 2>&1; then
  echo 'The tests of the broker were not run: they need the packages nats-server and clickhouse-server of Debian.'
  exit 0
fi
sh scripts/setup.sh
sh scripts/debian-packages.sh nats-server >/dev/null
if ! sh scripts/debian-packages.sh clickhouse-server >/dev/null; then
  echo 'This release has no clickhouse-server: its tests, and that of the cluster of a watch, which stores there, were not run.'
  exec npx vitest run --config vitest.broker.config.ts lab/broker/one-node lab/broker/fleet
fi
exec npx vitest run --config vitest.broker.config.ts
