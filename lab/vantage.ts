import type { FleetHost, FleetVantages } from '../src/model/fleet.ts';
import { SSHWHY } from './ask.ts';
import type { Lab } from './host.ts';
import type { Topology } from './net.ts';
import type { Outcome } from './trial.ts';

/** A trial of `sshwhy fleet check --vantage`. */
export interface VantageTrial {
  readonly name: string;
  readonly topology: Topology;
}

export const vantageTrials: readonly VantageTrial[] = [{ name: 'matrix', topology: 'bastion' }];

const FIRST = 2201;
/** More than go to a vantage with one login. */
const PORTS = 70;
const OPEN = 35;
/** Dropped for everybody, so that its SYNs come more than once. */
const SILENT = FIRST + 10;
const INSIDE = '10.77.2.20';
const BASTION = '10.77.1.20';

const ports = Array.from({ length: PORTS }, (_, at) => FIRST + at);

/** Half of the ports lead to sshd; one is dropped and one closed among them; SYNs to all but the dropped one are counted. */
const SETUP = `
echo 'MaxStartups 200' >/etc/ssh/sshd_config.d/10-many.conf
# One sshd stands for all the targets, and would punish whoever asks it so often.
! sshd -T | grep -q persourcepenalties || echo 'PerSourcePenalties no' >>/etc/ssh/sshd_config.d/10-many.conf
systemctl restart ssh
nft -f - <<'EOF'
table inet tally {
  chain first {
    type filter hook prerouting priority raw; policy accept;
    tcp dport ${SILENT} drop
    tcp dport ${FIRST}-${FIRST + PORTS - 1} tcp flags & (syn | ack) == syn counter
  }
  chain there {
    type nat hook prerouting priority dstnat; policy accept;
    tcp dport { ${FIRST}-${SILENT}, ${SILENT + 2}-${FIRST + OPEN - 1} } redirect to :22
  }
}
EOF`;
const COUNT = "nft list table inet tally | grep -o 'packets [0-9]*' | cut -d ' ' -f 2";

const connects = (address: string, port: number): string =>
  `timeout 3 bash -c 'exec 3<>/dev/tcp/${address}/${port}' 2>/dev/null && echo ${address}:${port} open || echo ${address}:${port} shut`;

/** What is told of each pair is what a connection of bash meets from that machine; each pair costs one connection. */
export async function tryVantages(lab: Lab): Promise<Outcome> {
  const { host, client, bastion } = lab;
  if (bastion === undefined) return { problems: ['there is no bastion'], seen: {} };
  const setup = await host.run(`set -e${SETUP}`, { timeoutMs: 40_000 });
  if (setup.code !== 0) return { problems: [`setup script: ${setup.stderr}`], seen: {} };
  const targets = [
    ...ports.map((port) => [INSIDE, port] as const),
    [BASTION, 22] as const,
    ['10.77.2.99', 22] as const,
  ];
  const words = targets.map(([address, port]) => `${address}:${port}`);
  const ran = await client.run(
    `${SSHWHY.map((word) => `'${word}'`).join(' ')} fleet check ${words.join(' ')} --vantage here --vantage alice@bastion --timeout 3 --json`,
    { timeoutMs: 120_000 },
  );
  const counted = (await host.run(COUNT)).stdout.trim();
  const lines = ran.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as FleetHost | FleetVantages);
  const problems: string[] = [];
  if (ran.code !== 1) problems.push(`exit ${ran.code}: ${ran.stderr}`);
  for (const [vantage, machine] of [
    ['here', client],
    ['alice@bastion', bastion],
  ] as const) {
    const real = await machine.run(
      `${targets.map(([address, port]) => `(${connects(address, port)}) &`).join('\n')}\nwait`,
      {
        timeoutMs: 40_000,
      },
    );
    for (const [address, port] of targets) {
      const [told, ...more] = lines.filter(
        (line): line is FleetHost =>
          line.kind === 'host' && line.vantage === vantage && line.name === `${address}:${port}`,
      );
      const open = real.stdout.includes(`${address}:${port} open`);
      if (told === undefined || more.length > 0)
        problems.push(`${vantage} ${address}:${port} is told ${more.length + (told ? 1 : 0)} times`);
      else if ((told.outcome === 'open') !== open || told.outcome === 'unknown')
        problems.push(
          `${vantage} ${address}:${port}: ${told.outcome} (${told.says}), and it is ${open ? 'open' : 'shut'}`,
        );
      else if (!open && told.found.length === 0)
        problems.push(`${vantage} ${address}:${port}: nothing decides it: ${told.says}`);
    }
  }
  // Nothing of the client's comes as far as the server.
  if (counted !== String(PORTS - 1)) problems.push(`${counted} connections for ${PORTS - 1} pairs`);
  const matrix = lines.find((line): line is FleetVantages => line.kind === 'vantages');
  const only = matrix?.rows.find(({ says }) => says === 'reached from alice@bastion only');
  // One of the open ones is dropped and one closed.
  if (only?.count !== OPEN - 2)
    problems.push(`from the bastion only: ${JSON.stringify(matrix?.rows.map(({ count, says }) => [count, says]))}`);
  return { problems, seen: {} };
}
