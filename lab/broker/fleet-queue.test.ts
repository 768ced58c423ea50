import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WINDOW } from '../../src/app/fleet/queue.ts';
import { DELIVERIES_MAX } from '../../src/app/fleet/worker.ts';
import { brokerAddress } from '../../src/collect/broker/address.ts';
import { type Broker, connectBroker } from '../../src/collect/broker/connect.ts';
import { encodedJob, encodedResult, hostKey } from '../../src/collect/queue/message.ts';
import {
  ensureLane,
  ensureQueue,
  laneConsumer,
  queueSubjects,
  resultStream,
  workStream,
} from '../../src/collect/queue/streams.ts';
import type { FleetHost } from '../../src/model/fleet.ts';
import type { FleetJob } from '../../src/model/fleet-work.ts';
import { freePort } from '../../test/free-port.ts';
import { type Child, script } from './children.ts';
import { type Stubs, stubs } from './fleet-stubs.ts';
import { type Daemon, nats } from './servers.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'sshwhy-queue-'));
const PERMISSIONS = `authorization { users: [
  { user: boss, password: word }
  { user: asker, password: word, permissions: {
    publish: ["guarded.work.v1.check.>", "$JS.API.INFO", "$JS.API.STREAM.INFO.*", "$JS.API.STREAM.PURGE.*",
              "$JS.API.CONSUMER.INFO.*.*", "$JS.API.CONSUMER.LIST.GUARDED_RESULTS", "$JS.API.CONSUMER.CREATE.GUARDED_RESULTS.>",
              "$JS.API.CONSUMER.DURABLE.CREATE.GUARDED_RESULTS.*", "$JS.API.CONSUMER.DELETE.GUARDED_RESULTS.*",
              "$JS.API.CONSUMER.MSG.NEXT.GUARDED_RESULTS.*", "$JS.ACK.GUARDED_RESULTS.>"],
    subscribe: "_INBOX.>" } }
  { user: worker, password: word, permissions: {
    publish: ["guarded.result.>", "$JS.API.INFO", "$JS.API.STREAM.INFO.*", "$JS.API.STREAM.MSG.GET.GUARDED_RESULTS",
              "$JS.API.CONSUMER.INFO.GUARDED_WORK.*", "$JS.API.CONSUMER.MSG.NEXT.GUARDED_WORK.*", "$JS.ACK.GUARDED_WORK.>"],
    subscribe: "_INBOX.>" } }
] }`;
let node: Daemon;
let hosts: Stubs;
let slow = 0;
let boss: Broker;
let streams = 0;

/** Each test has streams of its own. */
const fresh = (): string => `nats://boss@127.0.0.1:${node.port}?password=word&stream=T${++streams}`;
const sshwhy = (...words: readonly (string | number)[]): Child =>
  script('../../dist/sshwhy.js', ['fleet', ...words], path.join(dir, 'said.log'));
const said = (): string => readFileSync(path.join(dir, 'said.log'), { encoding: 'utf8', flag: 'a+' });
const hostsIn = (child: Child): FleetHost[] =>
  child.out
    .join('\n')
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ kind }) => kind === 'host');
const named = (count: number, from = 0): string[] =>
  hosts.addresses.slice(from, from + count).map((address) => `${address}:${hosts.port}`);
async function connected(url: string): Promise<Broker> {
  const broker = await connectBroker(brokerAddress(url), 'test');
  await ensureQueue(broker);
  return broker;
}
async function until(what: string, holds: () => boolean | Promise<boolean>, ms = 60_000): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(50)) if (await holds()) return;
  throw new Error(`not within ${ms} ms: ${what}`);
}
const waiting = async (broker: Broker): Promise<number> =>
  (await broker.manager.streams.info(workStream(broker.stream))).state.messages;

beforeAll(async () => {
  [node, hosts] = await Promise.all([nats(dir, await freePort(), PERMISSIONS), stubs(120, () => slow)]);
  boss = await connectBroker(brokerAddress(fresh()), 'test');
});
afterAll(async () => {
  await boss.connection.close();
  await Promise.all([hosts.close(), node.kill()]);
  if (process.env['SSHWHY_LAB_KEEP'] === undefined) rmSync(dir, { recursive: true, force: true });
});

const JOB: FleetJob = {
  v: 1,
  question: { kind: 'check' },
  name: '127.2.0.1',
  address: '127.2.0.1',
  timeoutMs: 2000,
  block: [],
};

/** What a worker sends back for a message that somebody has put into the queue. */
async function answerTo(
  data: Uint8Array,
  o: { lane?: string; before?(broker: Broker, subject: string): Promise<void> } = {},
) {
  const { lane = 'check' } = o;
  const url = fresh();
  const broker = await connected(url);
  await ensureLane(broker, lane);
  const key = hostKey({ name: `${streams}`, address: 'x' });
  const subject = queueSubjects(broker.stream).work(lane, 'r', key);
  await broker.client.publish(subject, data);
  await o.before?.(broker, queueSubjects(broker.stream).result('r', key));
  const worker = sshwhy('worker', '--queue', url, '--door', 'here=local', '--json');
  await until('it is done with', async () => (await waiting(broker)) === 0);
  await worker.kill('SIGTERM');
  const found = await broker.manager.streams.getMessage(resultStream(broker.stream), {
    last_by_subj: queueSubjects(broker.stream).result('r', key),
  });
  await broker.connection.close();
  const { host } = JSON.parse(found?.string() ?? '{}') as { host: FleetHost };
  return { host, counts: JSON.parse(worker.out.at(-1) ?? '{}') as Readonly<Record<string, number>> };
}
const job = (change: object = {}): Uint8Array => Buffer.from(JSON.stringify({ ...JOB, port: hosts.port, ...change }));
const givenBack = async (broker: Broker, times: number): Promise<void> => {
  const consumer = await broker.client.consumers.get(workStream(broker.stream), laneConsumer('check'));
  for (let i = 0; i < times; i++) (await consumer.next({ expires: 5000 }))?.nak();
};

describe('a worker', () => {
  it('does what it is sent', async () => {
    const { host, counts } = await answerTo(job());
    expect(host).toMatchObject({ outcome: 'open', asked: 'check' });
    expect(counts).toMatchObject({ answered: 1 });
  });

  it.each([
    ['no JSON', () => Buffer.from('x'), /could not read what it was to do: it is no JSON/],
    ['another version', () => job({ v: 2 }), /a form that this version does not know/],
    ['a program', () => job({ argv: ['touch', '/tmp/x'] }), /is not what a job has/],
    ['an option', () => job({ address: '-oProxyCommand=id' }), /is not what a job has/],
    ['another kind', () => job({ question: { kind: 'server' } }), /of the kind server came as one for check/],
  ])('answers %s with a reason, and asks nobody', async (_, data, says) => {
    const before = hosts.asked.get('127.2.0.1');
    const { host } = await answerTo(data());
    expect(host).toMatchObject({ outcome: 'unknown', says: expect.stringMatching(says) });
    expect(hosts.asked.get('127.2.0.1')).toBe(before);
  });

  it('goes through no door but its own', async () => {
    const server = job({ question: { kind: 'server' } });
    const { host } = await answerTo(server, { lane: 'here' });
    expect(host).toMatchObject({ asked: 'server', ms: { look: expect.any(Number) } });
    const url = fresh();
    const broker = await connected(url);
    await ensureLane(broker, 'ssh');
    await broker.client.publish(
      queueSubjects(broker.stream).work('ssh', 'r', hostKey({ name: 'a', address: 'b' })),
      server,
    );
    await ensureLane(broker, 'here');
    await broker.client.publish(
      queueSubjects(broker.stream).work('here', 'r', hostKey({ name: 'c', address: 'd' })),
      server,
    );
    const worker = sshwhy('worker', '--queue', url, '--door', 'here=local', '--json');
    await until('what is for its door is done', async () => (await waiting(broker)) === 1);
    await worker.kill('SIGTERM');
    expect(await waiting(broker)).toBe(1);
    expect(JSON.parse(worker.out.at(-1) ?? '')).toMatchObject({ answered: 1, back: 0 });
    await broker.connection.close();
  });

  it('lists the keys of a host', async () => {
    const { host } = await answerTo(job({ question: { kind: 'keys', failOn: 'high' } }), { lane: 'here' });
    expect(host).toMatchObject({ asked: 'keys', keys: { ways: expect.any(Array), whole: expect.any(Boolean) } });
  });

  it('gives up a host that too many had and did not answer', async () => {
    const before = hosts.asked.get('127.2.0.1');
    const { host } = await answerTo(job(), { before: (broker) => givenBack(broker, DELIVERIES_MAX) });
    expect(host).toMatchObject({
      outcome: 'unknown',
      says: 'It was given up: 5 workers had it, and none has answered.',
    });
    expect(hosts.asked.get('127.2.0.1')).toBe(before);
  });

  it('asks no host again that a dead one has answered for', async () => {
    const before = hosts.asked.get('127.2.0.1');
    const { counts } = await answerTo(job(), {
      async before(broker, subject) {
        await givenBack(broker, 1);
        await broker.client.publish(subject, encodedResult({ ...hostLine, says: 'kept' }));
      },
    });
    expect(counts).toMatchObject({ answered: 0, again: 1 });
    expect(hosts.asked.get('127.2.0.1')).toBe(before);
  });

  it('asks only what its own patterns allow', async () => {
    const url = fresh();
    const worker = sshwhy('worker', '--queue', url, '--allow', '127.2.0.0/29', '--block', '127.2.0.3');
    const run = sshwhy('check', ...named(10), `localhost:${hosts.port}`, '--queue', url, '--json');
    await run.ended;
    await worker.kill('SIGTERM');
    const open = hostsIn(run).flatMap(({ outcome, address }) => (outcome === 'open' ? [address] : []));
    expect(open.toSorted()).toEqual([1, 2, 4, 5, 6, 7].map((n) => `127.2.0.${n}`));
    expect(hostsIn(run).filter(({ outcome }) => outcome === 'not-asked')).toHaveLength(5);
  });

  it('finishes what it holds when it is told to end, and gives back what takes too long', async () => {
    const url = fresh();
    const first = sshwhy('worker', '--queue', url, '--name', 'first', '--json');
    slow = 3000;
    const run = sshwhy('check', ...named(20, 20), '--queue', url, '--json', '--timeout', 60);
    await until('they are asked', () => named(20, 20).every((name) => hosts.asked.has(name.replace(/:.*/, ''))));
    await first.kill('SIGTERM');
    expect(await run.ended).toBe(0);
    expect(JSON.parse(first.out.at(-1) ?? '')).toMatchObject({ answered: 20, back: 0, lost: 0 });

    slow = 30_000;
    const second = sshwhy('worker', '--queue', url, '--name', 'second', '--json');
    const long = sshwhy('check', ...named(5, 40), '--queue', url, '--json', '--timeout', 60);
    await until('they are asked', () => named(5, 40).every((name) => hosts.asked.has(name.replace(/:.*/, ''))));
    slow = 0;
    const third = sshwhy('worker', '--queue', url, '--name', 'third');
    await second.kill('SIGTERM');
    expect(JSON.parse(second.out.at(-1) ?? '')).toMatchObject({ answered: 0, back: 5 });
    expect(await long.ended).toBe(0);
    expect(new Set(hostsIn(long).map(({ worker }) => worker))).toEqual(new Set(['third']));
    await third.kill('SIGTERM');
  }, 60_000);
});

const hostLine: FleetHost = {
  kind: 'host',
  asked: 'check',
  name: '?',
  address: '127.2.0.1',
  port: 22,
  groups: [],
  tags: [],
  at: '2026-11-25T10:00:00.000Z',
  outcome: 'open',
  found: [],
  says: '',
  gates: [],
  ms: {},
};

describe('whoever asks', () => {
  it('gets what a run without a queue gives', async () => {
    const url = fresh();
    const list = path.join(dir, 'hosts.csv');
    writeFileSync(
      list,
      `name,address,port,groups,tags\n"Web server 1",127.2.0.1,${hosts.port},web,eu\ndb,127.2.0.2,1,db,\n`,
    );
    const worker = sshwhy('worker', '--queue', url);
    const [here, there] = [
      sshwhy('check', '-f', list, '--json'),
      sshwhy('check', '-f', list, '--queue', url, '--json'),
    ];
    expect(await here.ended).toBe(await there.ended);
    const plain = (child: Child) =>
      hostsIn(child)
        .map(({ ms: _, at: __, worker: ___, ...rest }) => rest)
        .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    // The label of the first is no name that a worker could be sent: only what it found of the address may differ.
    expect(plain(there)).toEqual(plain(here));
    await worker.kill('SIGTERM');
  });

  it('hardens through a door of the workers, and names no door of its own', async () => {
    const url = fresh();
    const worker = sshwhy('worker', '--queue', url, '--door', 'here=local');
    const run = sshwhy('harden', 'a', 'b', '--queue', url, '--on', 'here', '--json');
    await run.ended;
    expect(
      hostsIn(run)
        .map(({ name, asked }) => [name, asked])
        .toSorted(),
    ).toEqual([
      ['a', 'harden'],
      ['b', 'harden'],
    ]);
    await worker.kill('SIGTERM');
    for (const words of [
      ['--on', 'exec:sh'],
      ['-o', 'ProxyCommand=id'],
      ['-i', 'key'],
      ['--save', dir],
    ])
      expect(await sshwhy('server', 'a', '--queue', url, ...words).ended).toBe(2);
  });

  it('never has more on its way than a window, and takes it back when it is interrupted', async () => {
    const url = fresh();
    const broker = await connected(url);
    const list = path.join(dir, 'many');
    const out = path.join(dir, 'many.jsonl');
    writeFileSync(
      list,
      Array.from({ length: 100_000 }, (_, i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}\n`).join(''),
    );
    const run = sshwhy('check', '-f', list, '--queue', url, '--out', out, '--json');
    await until('the window is full', async () => (await waiting(broker)) === WINDOW, 60_000);
    await sleep(1000);
    expect(await waiting(broker)).toBe(WINDOW);
    await run.kill('SIGINT');
    expect(await run.ended).toBe(130);
    expect(await waiting(broker)).toBe(0);
    expect(existsSync(`${out}.run`)).toBe(true);
    await broker.connection.close();
  }, 90_000);

  it('is told when another has taken its run over', async () => {
    const url = fresh();
    const first = sshwhy('check', ...named(3, 60), '--queue', url, '--run', 'same');
    const broker = await connected(url);
    await until('it is sent', async () => (await waiting(broker)) === 3);
    const second = sshwhy('check', ...named(3, 60), '--queue', url, '--run', 'same', '--json');
    expect(await first.ended).toBe(3);
    expect(said()).toMatch(/the run same was taken over by another/);
    expect(said()).not.toMatch(/Warning|bug in sshwhy/);
    expect(await waiting(broker)).toBe(3);
    const worker = sshwhy('worker', '--queue', url);
    expect(await second.ended).toBe(0);
    expect(hostsIn(second)).toHaveLength(3);
    await worker.kill('SIGTERM');
    await broker.connection.close();
  }, 60_000);
});

describe('a broker with permissions', () => {
  const as = (user: string): string => `nats://${user}@127.0.0.1:${node.port}?password=word&stream=GUARDED`;

  it('lets a worker answer and not ask, and whoever asks ask for checks only', async () => {
    const broker = await connected(as('boss'));
    for (const lane of ['check', 'here']) await ensureLane(broker, lane);
    const worker = sshwhy('worker', '--queue', as('worker'), '--door', 'here=local');
    const run = sshwhy('check', ...named(3, 70), '--queue', as('asker'), '--json');
    expect(await run.ended).toBe(0);
    expect(hostsIn(run)).toHaveLength(3);
    expect((await broker.manager.consumers.list(resultStream('GUARDED')).next()).length).toBe(0);
    const { work } = queueSubjects('GUARDED');
    const data = encodedJob(JOB) as Uint8Array;
    for (const [user, lane] of [
      ['worker', 'check'],
      ['asker', 'here'],
    ] as const) {
      const one = await connectBroker(brokerAddress(as(user)), 'test');
      const publishing = one.client.publish(work(lane, 'r', hostKey({ name: 'a', address: 'b' })), data, {
        timeout: 1000,
      });
      await expect(publishing).rejects.toThrow(/permission/i);
      await one.connection.close();
    }
    await worker.kill('SIGTERM');
    await broker.connection.close();
  }, 60_000);
});
