#!/bin/sh
# The role and the module for Ansible, played by Debian's ansible-core, which is fetched once and not installed.
set -eu
cd "$(dirname -- "$0")/../.."
if ! command -v apt-get >/dev/null 2>&1 || ! command -v python3 >/dev/null 2>&1; then
  echo 'The role for Ansible was not played: that needs python3, and ansible-core from Debian.'
  exit 0
fi
sh scripts/setup.sh
sh scripts/debian-packages.sh ansible-core >/dev/null
exec npx vitest run --config vitest.install.config.ts lab/ansible
