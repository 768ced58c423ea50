/**
 * Measures sshwhy beside its peers, in one run on one machine, and prints medians and ratios: `npm run bench`.
 * Needs what the lab needs (root on Debian). Nothing here is a test: a slow machine fails nothing.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { type Lab, withHost } from '../lab/host.ts';

const RUNS = 9;
const bin = path.join(import.meta.dirname, '../dist/sshwhy.js');

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Median of the seconds of two things done in turn, after a warm-up of each, so that drift hits both alike. */
async function inTurn(a: () => unknown, b: () => unknown, runs = RUNS): Promise<[number, number]> {
  const seconds: [number[], number[]] = [[], []];
  for (let i = -1; i < runs; i++) {
    for (const [at, run] of [a, b].entries()) {
      const started = performance.now();
      await run();
      if (i >= 0) seconds[at]?.push((performance.now() - started) / 1000);
    }
  }
  return [median(seconds[0]), median(seconds[1])];
}

function row(what: string, ours: number, peer: string, theirs: number, wanted: string): void {
  const ratio = (ours / theirs).toFixed(2);
  console.log(`| ${what} | ${ours.toFixed(3)} s | ${peer} ${theirs.toFixed(3)} s | ${ratio} | ${wanted} |`);
}

const node = (...args: string[]): void => {
  spawnSync(process.execPath, args, { stdio: 'ignore' });
};

async function againstPeers(lab: Lab): Promise<void> {
  const [server, nothing] = await inTurn(
    () => node(bin, 'server', '--on', `exec:nsenter -t ${lab.host.pid} -a`, '--json'),
    () => node('-e', '0'),
  );
  row('server diagnosis of a healthy host over `exec:`', server, '`node -e 0`', nothing, '≤ 1.0 s');

  const [client, ssh] = await inTurn(
    () => lab.client.run([process.execPath, bin, 'alice@web1', '--json']),
    () => lab.client.ssh(),
  );
  row(
    'client diagnosis of a healthy host',
    client,
    '`ssh alice@web1 true`',
    ssh,
    `≤ + 0.6 s (is + ${(client - ssh).toFixed(2)} s)`,
  );

  // lynis looks at the machine it runs on, so it gets the lab host's tree and processes.
  const lynis = 'lynis audit system --tests-from-group ssh --quick --quiet --no-log --report-file /dev/null';
  if ((await lab.host.run('command -v lynis')).code !== 0) {
    console.log('| lynis | not in the lab host | | | |');
    return;
  }
  const [again, peer] = await inTurn(
    () => node(bin, 'server', '--on', `exec:nsenter -t ${lab.host.pid} -a`, '--json'),
    () => lab.host.run(lynis, { timeoutMs: 60_000 }),
    3,
  );
  row('the same', again, '`lynis --tests-from-group ssh`', peer, '< 0.10 ×');
}

/** ssh's own ConnectTimeout is the time-out that the user has chosen. */
async function closedPorts(lab: Lab): Promise<void> {
  const both = async (args: readonly string[]) =>
    inTurn(
      () => lab.client.run([process.execPath, bin, 'alice@web1', '--json', ...args]),
      () => lab.client.ssh({ args }),
      5,
    );
  await lab.host.run('systemctl stop ssh');
  const [refused, ssh] = await both([]);
  row('client diagnosis of a refused port', refused, '`ssh alice@web1 true`', ssh, '≤ 0.5 s');
  await lab.host.run(
    "nft 'add table inet t; add chain inet t i { type filter hook input priority 0; }; add rule inet t i tcp dport 22 drop'",
  );
  const [filtered, silent] = await both(['-oConnectTimeout=2']);
  row(
    'client diagnosis of a filtered port, `ConnectTimeout` 2 s',
    filtered,
    '`ssh alice@web1 true`',
    silent,
    '≤ 2.5 s',
  );
}

console.log('| what | sshwhy | peer | ratio | wanted |\n|---|---|---|---|---|');
const [version, nothing] = await inTurn(
  () => node(bin, '--version'),
  () => node('-e', '0'),
  25,
);
row('`sshwhy --version`', version, '`node -e 0`', nothing, '≤ 1.6 ×');
await withHost({ suite: 'bookworm' }, againstPeers);
await withHost({ suite: 'bookworm' }, closedPorts);
