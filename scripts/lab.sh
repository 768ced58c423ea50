#!/bin/sh
# Breaks real hosts and asks sshwhy why. Needs root on Debian; installs what it needs.
set -eu
cd "$(dirname -- "$0")/.."
sh scripts/setup.sh
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo 'The lab boots real hosts: it needs root on Debian.' >&2
  exit 1
fi
need=''
for pair in debootstrap:debootstrap systemd-nspawn:systemd-container nft:nftables iptables:iptables ip:iproute2 \
  ssh:openssh-client nsenter:util-linux shellcheck:shellcheck busybox:busybox python3:python3 \
  dnsmasq:dnsmasq-base endlessh:endlessh; do
  command -v "${pair%%:*}" >/dev/null 2>&1 || need="$need ${pair#*:}"
done
if [ -n "$need" ]; then
  apt-get update -qq
  # shellcheck disable=SC2086 # a list of packages
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $need >/dev/null
fi
[ "${1:-}" = --prepare ] && exit 0
exec npx tsx lab/run.ts "$@"
