#!/bin/sh
# The check, then Prometheus, brokers and stores, the page in a browser, Ansible, and the lab where they can run: every case, the further variants of a cause and the
# fixes on one release each (npm run lab has all of them on all). Installs what it needs. LAB_RESULTS: a file for what became of each case.
set -eu
cd "$(dirname -- "$0")/.."
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  sh scripts/lab.sh --prepare
  sh scripts/check.sh --all
  npx tsx oracle/prometheus.ts
  sh lab/broker/test.sh
  sh lab/web/test.sh
  sh lab/ansible/test.sh
  echo 'What can be installed (packages, the executable) was not tried here, it builds for minutes: npm run test:install'
  exec sh scripts/lab.sh --core --again ${LAB_RESULTS:+--results "$LAB_RESULTS"}
fi
sh scripts/check.sh --all
echo 'Prometheus, brokers and stores, the page in a browser, Ansible, and the lab were not run: they need packages of Debian, and the lab boots real hosts as root.'
