import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { brokerAddress } from '../../src/collect/broker/address.ts';
import { connectBroker } from '../../src/collect/broker/connect.ts';
import { AckPolicy } from '../../src/collect/broker/nats.ts';
import { ensureQueue, laneConsumer, queueSubjects, workStream } from '../../src/collect/queue/streams.ts';
import type { FleetHost } from '../../src/model/fleet.ts';
import { type Child, script } from './children.ts';
import { type Stubs, stubs } from './fleet-stubs.ts';
import { leaderOf } from './leader.ts';
import { type Daemon, natsCluster } from './servers.ts';

const HOSTS = 400;
/** Two workers, the coordinator, the broker's node that leads the work. */
const KILLS = 4;

/** All of it anew for each try: a second one finds nothing that the first left behind. */
let dir: string;
let nodes: readonly Daemon[] = [];
let hosts: Stubs;
let url: string;
let children: Child[] = [];

beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'sshwhy-queue-'));
  [nodes, hosts] = await Promise.all([natsCluster(dir), stubs(HOSTS, () => 300 + Math.random() * 1200)]);
  url = `nats://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
});
afterEach(async () => {
  await Promise.all([hosts?.close(), ...[...children, ...nodes].map((one) => one.kill())]);
  children = [];
  if (process.env['SSHWHY_LAB_KEEP'] === undefined) rmSync(dir, { recursive: true, force: true });
});

function sshwhy(log: string, ...words: readonly (string | number)[]): Child {
  const child = script('../../dist/sshwhy.js', ['fleet', ...words], path.join(dir, log));
  children.push(child);
  return child;
}

/** A short wait for a dead worker's jobs: what is there when workers come they keep to. */
async function prepared(): Promise<void> {
  const broker = await connectBroker(brokerAddress(url), 'test');
  try {
    for (let tries = 0; ; tries++)
      try {
        await ensureQueue(broker);
        break;
      } catch (error) {
        if (tries > 40) throw error;
        await sleep(500);
      }
    await broker.manager.consumers.add(workStream('SSHWHY'), {
      durable_name: laneConsumer('check'),
      filter_subject: queueSubjects('SSHWHY').work('check'),
      ack_policy: AckPolicy.Explicit,
      ack_wait: 6_000_000_000,
      max_deliver: -1,
    });
  } finally {
    await broker.connection.close();
  }
}

it('workers, the coordinator and a node of the broker are killed, and each host is in the run once', async () => {
  await prepared();
  const list = path.join(dir, 'hosts');
  const out = path.join(dir, 'run.jsonl');
  writeFileSync(list, hosts.addresses.map((address) => `${address}:${hosts.port}\n`).join(''));
  const lines = (): readonly string[] => (existsSync(out) ? readFileSync(out, 'utf8').split('\n').slice(0, -1) : []);
  const until = async (count: number): Promise<void> => {
    for (const end = Date.now() + 120_000; lines().length < count; await sleep(50))
      if (Date.now() > end) throw new Error(`${lines().length} hosts have answered, not ${count}`);
  };
  const soon = (): Promise<void> => sleep(Math.random() * 1500);
  const workers = ['w1', 'w2', 'w3'].map((name) =>
    sshwhy('workers.log', 'worker', '--queue', url, '--name', name, '--concurrency', 10, '--json'),
  );
  const ask = (...more: readonly string[]): Child =>
    sshwhy('asking.log', 'check', '-f', list, '--queue', url, '--out', out, '--json', ...more);
  const first = ask();
  await until(40);
  await soon();
  await workers[0]?.kill();
  await soon();
  await first.kill();
  const before = lines().length;
  const second = ask('--resume');
  await until(before + 20);
  await soon();
  const led = await leaderOf(url, nodes, workStream('SSHWHY'));
  await led.kill();
  await soon();
  await workers[1]?.kill();
  await until(before + 60);
  await led.start();
  expect(await second.ended).toBe(0);

  const told = lines().flatMap((line): FleetHost[] => (line.endsWith('}') ? [JSON.parse(line)] : []));
  expect(told.map(({ name }) => name).toSorted()).toEqual(
    hosts.addresses.map((address) => `${address}:${hosts.port}`).toSorted(),
  );
  expect(new Set(told.map(({ outcome }) => outcome))).toEqual(new Set(['open']));
  expect(new Set(told.map(({ worker }) => worker))).toEqual(new Set(['w1', 'w2', 'w3']));
  expect(hosts.twiceAtOnce).toEqual(new Set());
  const times = hosts.addresses.map((address) => hosts.asked.get(address) ?? 0);
  expect(Math.min(...times)).toBe(1);
  expect(Math.max(...times)).toBeLessThanOrEqual(1 + KILLS);
  await workers[2]?.kill('SIGTERM');
  expect(await workers[2]?.ended).toBe(0);
  expect(existsSync(`${out}.run`)).toBe(false);
  process.stdout.write(`asked more than once: ${times.filter((count) => count > 1).length} of ${HOSTS}\n`);
}, 400_000);
