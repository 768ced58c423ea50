import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { clickhouseStore } from '../../src/collect/store/clickhouse.ts';
import type { EventStore, WatchEvent } from '../../src/model/watch.ts';
import { type Child, script } from './children.ts';
import { leaderOf } from './leader.ts';
import { clickhouse, type Daemon, natsCluster } from './servers.ts';

/** Of parts 5, 1 and 14: the first two go to one consumer, the third to the other. */
const HOSTS = ['web1', 'bastion-é', 'db.example.com'] as const;
const COUNT = 20_000;

/** All of it anew for each try: a second one finds nothing that the first left behind. */
let dir: string;
let nodes: readonly Daemon[] = [];
let store: Awaited<ReturnType<typeof clickhouse>>;
let url: string;
let children: Child[] = [];

beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'sshwhy-broker-'));
  [nodes, store] = await Promise.all([natsCluster(dir), clickhouse(path.join(dir, 'clickhouse'))]);
  url = `nats://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
});
afterEach(async () => {
  await Promise.all([...children, ...nodes, store].map((one) => one?.kill()));
  children = [];
  if (process.env['SSHWHY_LAB_KEEP'] === undefined) rmSync(dir, { recursive: true, force: true });
});

async function all(events: EventStore): Promise<readonly WatchEvent[]> {
  const found: WatchEvent[] = [];
  for (;;) {
    const last = found.at(-1);
    const page = await events.events({ limit: 10_000, ...(last && { after: { at: last.at, id: last.id } }) });
    found.push(...page);
    if (page.length < 10_000) return found;
  }
}

async function until(what: string, holds: () => boolean | Promise<boolean>, ms = 120_000): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(250)) if (await holds()) return;
  throw new Error(`not within ${ms} ms: ${what}`);
}

it('a consumer, nodes of the broker, its leader, the store and an agent are killed, and each event is stored once', async () => {
  const where = `${store.url}sshwhy`;
  const logs = [1, 2, 3].map((number) => path.join(dir, `seen${number}`));
  const child = (name: string, args: readonly (string | number)[]): Child => {
    const made = script(name, args, path.join(dir, `${name}.log`));
    children.push(made);
    return made;
  };
  const consumer = (log: string): Child => child('consumer.ts', [url, where, log]);
  const agent = (host: (typeof HOSTS)[number]): Child =>
    child('agent.ts', [url, path.join(dir, `spool-${HOSTS.indexOf(host)}`), host, COUNT, 100, 1500]);
  const consumers = logs.slice(0, 2).map(consumer);
  await until('both have their share', () =>
    consumers.every(({ out }) => out.at(-1)?.startsWith('8 of 16 parts of the hosts')),
  );
  const agents = HOSTS.map(agent);
  const reader = await clickhouseStore(where);
  const stored = async (): Promise<number> => (await reader.size().catch(() => ({ events: -1 }))).events;
  await until('some are stored', async () => (await stored()) > 2000);
  const seenBy = (log = ''): readonly string[] =>
    readFileSync(log, { encoding: 'utf8', flag: 'a+' })
      .split('\n')
      .filter((line) => line !== '');
  await until('both work', () => logs.slice(0, 2).every((log) => seenBy(log).length > 0));

  const led = await leaderOf(url, nodes, 'SSHWHY');
  await led.kill();
  await sleep(1500);
  await consumers[0]?.kill();
  consumers.push(consumer(logs[2] ?? ''));
  await led.start();
  await store.kill();
  await agents[0]?.kill();
  agents[0] = agent(HOSTS[0]);
  await sleep(1500);
  await store.start();
  await sleep(2000);
  const second = await leaderOf(url, nodes, 'SSHWHY');
  await second.kill();
  await sleep(1000);
  await store.kill();
  await sleep(500);
  await store.start();
  await second.start();

  const ended = await Promise.all(agents.map((one) => one.ended));
  expect(ended).toEqual([0, 0, 0]);
  await until('all are stored', async () => (await stored()) >= COUNT * HOSTS.length);
  const found = await all(reader);
  const wanted = HOSTS.flatMap((host) => Array.from({ length: COUNT }, (_, index) => `${host}/${index}`));
  expect(found.length).toBe(wanted.length);
  expect(new Set(found.map(({ id }) => id))).toEqual(new Set(wanted));
  await reader.close();
  for (const one of consumers.slice(1)) await one.kill('SIGTERM');
  expect(await Promise.all(consumers.slice(1).map((one) => one.ended))).toEqual([0, 0]);

  // What detectors were shown: each event, and in the order of its host but for what was given out twice.
  const seen = logs.map(seenBy);
  expect(new Set(seen.flat())).toEqual(new Set(wanted));
  const times = new Map<string, number>();
  for (const id of seen.flat()) times.set(id, (times.get(id) ?? 0) + 1);
  const numberOf = (id: string): number => Number(id.slice(id.lastIndexOf('/') + 1));
  for (const ids of seen)
    for (const host of HOSTS) {
      const numbers = ids.filter((id) => id.startsWith(`${host}/`) && times.get(id) === 1).map(numberOf);
      const back = numbers.filter((number, index) => number < (numbers[index - 1] ?? 0));
      expect(back, `${host} out of order`).toEqual([]);
    }
  process.stdout.write(`seen twice: ${seen.flat().length - wanted.length} of ${wanted.length}\n`);
}, 400_000);
