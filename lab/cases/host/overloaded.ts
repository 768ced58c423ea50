import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'host/overloaded',
    suites: ['bookworm'],
    alone: true,
    // Polite to the machine that the lab runs on: all of them give way, and end by themselves.
    breakServer: `
      i=0; while [ $i -lt 160 ]; do i=$((i + 1)); nice -n 19 timeout 70 sh -c 'while :; do :; done' >/dev/null 2>&1 & done
      i=0; until awk '/^some/ { sub(/.*avg10=/, ""); exit $1 < 87 }' /proc/pressure/cpu; do i=$((i + 1)); [ $i -lt 220 ]; sleep 0.1; done`,
    loginWorks: true,
    fails: /^/,
    server: { verdict: 'confirmed', gates: { host: 'degraded' } },
    joined: { verdict: 'confirmed', gates: { host: 'degraded' } },
    unasked: 'the client sees only that it takes long',
  },
];
