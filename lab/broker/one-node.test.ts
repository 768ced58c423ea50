import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { watchCentral } from '../../src/app/central.ts';
import { acrossMind, hostsMind } from '../../src/app/central-minds.ts';
import { brokerAddress } from '../../src/collect/broker/address.ts';
import { type Broker, connectBroker } from '../../src/collect/broker/connect.ts';
import { encoded, hostToken, partName, partOf } from '../../src/collect/broker/message.ts';
import { publishSink } from '../../src/collect/broker/publish.ts';
import { SPOOL_MIN } from '../../src/collect/broker/spool.ts';
import { ensureStreams } from '../../src/collect/broker/streams.ts';
import type { EventStore, Incident, WatchEvent } from '../../src/model/watch.ts';
import { numbered } from '../../test/collect/broker-fakes.ts';
import { eventAt } from '../../test/collect/store-contract.ts';
import { script } from './children.ts';
import { type Daemon, freePorts, nats } from './servers.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'sshwhy-broker-'));
let node: Daemon;
let url: string;
/** Of one try of one test. */
let stream: string;
let tries = 0;
const QUICK = { leaseMs: 9000, renewMs: 500, ackWaitMs: 6000 };

beforeAll(async () => {
  const [port = 0] = await freePorts(1);
  node = await nats(path.join(dir, 'one'), port);
  url = `nats://127.0.0.1:${port}`;
});
beforeEach(async () => {
  stream = `T${++tries}`;
  // One that a failed test has left dead is there again.
  await node.kill();
  await node.start();
});
afterAll(async () => {
  await node.kill();
  rmSync(dir, { recursive: true, force: true });
});

let spools = 0;
const agent = (host: string, stream: string, more: object = {}) =>
  publishSink({
    address: brokerAddress(`${url}?stream=${stream}`),
    spool: path.join(dir, `spool${++spools}`),
    spoolBytes: 64 << 20,
    host,
    ...more,
  });

/** A store in memory, which can be away. */
function memoryStore(): EventStore & { readonly kept: Map<string, WatchEvent>; away: boolean; puts: number } {
  const kept = new Map<string, WatchEvent>();
  const notes = new Map<string, string>();
  const unused = (): never => {
    throw new Error('not asked for here');
  };
  const store = {
    kept,
    away: false,
    puts: 0,
    async put({ events }: { readonly events: readonly WatchEvent[] }) {
      if (store.away) throw new Error('the store is away');
      store.puts++;
      for (const event of events) kept.set(event.id, event);
    },
    memory: async (name: string) => notes.get(name),
    remember: async (name: string, value: string) => void notes.set(name, value),
    putIncident: async () => undefined,
    places: unused,
    events: unused,
    counts: unused,
    span: unused,
    incidents: unused,
    prune: unused,
    size: unused,
    close: async () => undefined,
  };
  return store;
}

async function central(stream: string, store: EventStore) {
  const stop = new AbortController();
  const seen: string[] = [];
  const { counts, ended } = await watchCentral(
    {
      address: brokerAddress(`${url}?stream=${stream}`),
      store,
      timing: QUICK,
      hosts: () => ({
        see: ({ id }) => void seen.push(id),
        tick: () => undefined,
        drain: () => [],
        save: () => '',
        load: () => [],
      }),
      across: acrossMind,
    },
    stop.signal,
  );
  return {
    seen,
    counts,
    async stop() {
      stop.abort();
      await ended;
    },
  };
}

async function until(what: string, holds: () => boolean | Promise<boolean>, ms = 60_000): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(50)) if (await holds()) return;
  throw new Error(`not within ${ms} ms: ${what}`);
}

const open = (stream: string): Promise<Broker> => connectBroker(brokerAddress(`${url}?stream=${stream}`), 'test');
const subject = (stream: string, host: string): string =>
  `${stream.toLowerCase()}.events.${partName(partOf(host))}.${hostToken(host)}`;

it('spools while the broker is away, holds up the follower when the spool is full, and loses nothing', async () => {
  await node.kill();
  const told: string[] = [];
  const sink = await agent('web1', stream, { spoolBytes: SPOOL_MIN, onState: (state: string) => told.push(state) });
  const filler = { detail: 'x'.repeat(2000) };
  let put = 0;
  const all = (async () => {
    for (let batch = 0; batch < 100; batch++) {
      await sink.put(numbered('web1', batch * 100, 100, filler));
      put++;
    }
  })();
  await until('the follower is held up', async () => {
    const before = put;
    await sleep(700);
    return put === before;
  });
  expect(sink.published().spooled.held).toBe(1);
  expect(put).toBeLessThan(100);
  expect(sink.published().spooled.bytes).toBeGreaterThan(SPOOL_MIN * 0.9);
  expect(sink.published().spooled.bytes).toBeLessThanOrEqual(SPOOL_MIN);
  expect(told).toContain('away');
  await node.start();
  await all;
  await sink.drained();
  const store = memoryStore();
  const watch = await central(stream, store);
  await until('all are stored', () => store.kept.size === 10_000);
  expect(watch.seen).toEqual(Array.from({ length: 10_000 }, (_, index) => `web1/${index}`));
  expect(told.at(-1)).toBe('taken');
  await watch.stop();
  await sink.close();
});

it('an agent that is killed with events in its spool sends them when it is started again', async () => {
  await node.kill();
  const spool = path.join(dir, `killed-${stream}`);
  const args = [`${url}?stream=${stream}`, spool, 'web1', 3000, 100, 20_000];
  const first = script('agent.ts', args, path.join(dir, 'agents.log'));
  await until('some are in the spool', async () => {
    const { existsSync, readFileSync } = await import('node:fs');
    return existsSync(`${spool}.sent`) && readFileSync(`${spool}.sent`, 'utf8').split('\n').length > 10;
  });
  await first.kill();
  await node.start();
  const second = script('agent.ts', args, path.join(dir, 'agents.log'));
  expect(await second.ended).toBe(0);
  const store = memoryStore();
  const watch = await central(stream, store);
  await until('all are stored', () => store.kept.size === 3000);
  expect(watch.seen.length).toBe(3000);
  await watch.stop();
});

it('knows what is published twice, whether the broker knows it or only the ids of the events do', async () => {
  const batch = numbered('web1', 0, 500);
  const sink = await agent('web1', stream);
  await sink.put(batch);
  await sink.drained();
  await sink.put(batch);
  await sink.drained();
  expect(sink.published().doubles).toBe(1);
  // The same in other pieces is another message.
  for (let from = 0; from < 500; from += 50) await sink.put(numbered('web1', from, 50));
  await sink.drained();
  const store = memoryStore();
  const watch = await central(stream, store);
  await until('all are taken', async () => (await left(stream)) === 0);
  expect(store.kept.size).toBe(500);
  expect(watch.seen.length).toBe(500);
  await watch.stop();
  await sink.close();
});

/** Messages of a stream that nobody has acknowledged. */
async function left(stream: string): Promise<number> {
  const broker = await open(stream);
  try {
    return (await broker.manager.streams.info(stream)).state.messages;
  } finally {
    await broker.connection.close();
  }
}

it('puts aside what nobody can read, and goes on with the rest', async () => {
  const broker = await open(stream);
  await ensureStreams(broker);
  const lines = { all: 1, unparsed: 0, other: 0 };
  const good = (id: string) => encoded({ host: 'web1', events: [eventAt(id)], lines });
  const publish = (data: Uint8Array, host = 'web1') => broker.client.publish(subject(stream, host), data);
  const { gzipSync } = await import('node:zlib');
  await publish(good('first'));
  const poison = [
    Buffer.from('no gzip at all'),
    gzipSync('{"v":1'),
    gzipSync(Buffer.alloc(64 << 20)),
    gzipSync(JSON.stringify({ v: 2, host: 'web1', events: [], lines })),
    gzipSync(JSON.stringify({ v: 1, host: 'web1', events: [{ ...eventAt('x'), at: 'now' }], lines })),
    gzipSync(JSON.stringify({ v: 1, host: 'web1', events: [null], lines })),
    encoded({ host: 'web1', events: [eventAt('of another', 0, { host: 'web2' })], lines }),
  ];
  for (const data of poison) await publish(data);
  await publish(encoded({ host: 'web1', events: [eventAt('forged')], lines }), 'web2');
  await publish(good('last'));
  const store = memoryStore();
  const watch = await central(stream, store);
  await until('all are taken', async () => (await left(stream)) === 0);
  expect([...store.kept.keys()]).toEqual(['first', 'last']);
  expect(watch.counts()).toMatchObject({ dead: poison.length + 1, events: 2 });
  const { state } = await broker.manager.streams.info(`${stream}_DEAD`);
  expect(state.messages).toBe(poison.length + 1);
  const dead = `${stream.toLowerCase()}.dead.${partName(partOf('web1'))}`;
  const last = await broker.manager.streams.getMessage(`${stream}_DEAD`, { last_by_subj: dead });
  expect(last?.header.get('Sshwhy-Reason')).toMatch(/another host/);
  const all = await Promise.all(
    Array.from({ length: state.messages }, (_, index) =>
      broker.manager.streams.getMessage(`${stream}_DEAD`, { seq: index + 1 }),
    ),
  );
  const kept = all.find((one) => one?.string() === 'no gzip at all');
  expect(kept?.header.get('Sshwhy-Reason')).toMatch(/no packed JSON/);
  await watch.stop();
  await broker.connection.close();
});

it('acknowledges nothing before the store has it', async () => {
  const sink = await agent('web1', stream);
  await sink.put(numbered('web1', 0, 300));
  await sink.drained();
  const store = memoryStore();
  store.away = true;
  const watch = await central(stream, store);
  await until('it was taken', () => watch.counts().messages > 0);
  // Longer than the broker waits for an acknowledgement: it is told that the work goes on.
  await sleep(QUICK.ackWaitMs + 1500);
  expect(await left(stream)).toBe(1);
  expect(watch.counts().again).toBe(0);
  expect(watch.seen).toEqual([]);
  store.away = false;
  await until('it is acknowledged', async () => (await left(stream)) === 0);
  expect([store.kept.size, watch.seen.length]).toEqual([300, 300]);
  await watch.stop();
  await sink.close();
});

it('makes one incident of an attack that is spread over hosts of two centres, and the other centre goes on with it', async () => {
  const hosts = Array.from({ length: 40 }, (_, index) => `web${index}`);
  const guess = (host: string, number: number): WatchEvent =>
    eventAt(`${host}/${number}`, Date.now(), {
      host,
      user: `user${hosts.indexOf(host)}`,
      from: '203.0.113.9',
      port: String(10_000 + number),
      pid: 100 + number,
      method: 'password',
    });
  const told: string[] = [];
  const incidents = new Map<string, Incident>();
  const store = {
    ...memoryStore(),
    putIncident: async (one: Incident) => void incidents.set(one.id, one),
  };
  const started = async (name: string) => {
    const stop = new AbortController();
    const says: string[] = [];
    const { ended } = await watchCentral(
      {
        address: brokerAddress(`${url}?stream=${stream}`),
        store,
        timing: QUICK,
        hosts: hostsMind,
        across: acrossMind,
        onSignals: (signals) => void told.push(...signals.map(({ detector }) => `${name} ${detector}`)),
        onState: (state, what) => void (state === 'parts' && says.push(what)),
      },
      stop.signal,
    );
    return {
      says,
      async stop() {
        stop.abort();
        await ended;
      },
    };
  };
  const first = await started('first');
  await until('it has all', () => first.says.at(-1) === '16 of 16 parts of the hosts, and watches across all');
  const second = await started('second');
  await until('both have their share', () =>
    [first.says.at(-1), second.says.at(-1)].every((says) => says?.startsWith('8 of 16')),
  );
  expect(first.says.at(-1)).toBe('8 of 16 parts of the hosts, and watches across all');
  const sink = await agent('relay', stream);
  await sink.put({ ...numbered('relay', 0, 0), events: hosts.map((host) => guess(host, 0)) });
  await until('it is told', () => told.includes('first spraying'));
  expect(incidents.size).toBe(1);
  const [one] = incidents.values();
  expect(one?.about).toMatchObject({ from: '203.0.113.9', network: '203.0.113.0/24' });
  expect(told.every((says) => says.startsWith('first '))).toBe(true);
  // The one that made the incident ends: the other goes on with it.
  await first.stop();
  await until('the other has all', () => second.says.at(-1) === '16 of 16 parts of the hosts, and watches across all');
  for (let round = 1; round <= 4; round++)
    await sink.put({ ...numbered('relay', 0, 0), events: hosts.map((host) => guess(host, round)) });
  await until('it is told again', () => told.some((says) => says.startsWith('second ')));
  expect(incidents.size).toBe(1);
  await second.stop();
  await sink.close();
}, 90_000);

describe('TLS and credentials', () => {
  let secured: Daemon;
  let at: string;
  const pki = path.join(dir, 'pki');
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: pki, stdio: 'pipe' });

  beforeAll(async () => {
    execFileSync('mkdir', ['-p', pki]);
    const ca = (name: string): void =>
      openssl(
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-days',
        '2',
        '-subj',
        `/CN=${name}`,
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.pem`,
      );
    ca('ca');
    ca('other');
    for (const name of ['server', 'client']) {
      openssl(
        'req',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-subj',
        `/CN=${name}`,
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.csr`,
      );
      writeFileSync(path.join(pki, 'ext'), 'subjectAltName=DNS:localhost\n');
      openssl(
        'x509',
        '-req',
        '-days',
        '2',
        '-in',
        `${name}.csr`,
        '-CA',
        'ca.pem',
        '-CAkey',
        'ca.key',
        '-CAcreateserial',
        '-extfile',
        'ext',
        '-out',
        `${name}.pem`,
      );
    }
    const [port = 0] = await freePorts(1);
    at = `localhost:${port}`;
    secured = await nats(
      path.join(dir, 'secured'),
      port,
      `tls { cert_file: "${pki}/server.pem", key_file: "${pki}/server.key", ca_file: "${pki}/ca.pem", verify: true }
authorization { users: [
  { user: agent, password: "s3cret word", permissions: { publish: "sshwhy.events.*.web1", subscribe: "_INBOX.>" } }
  { user: central, password: other }
] }`,
    );
  });
  afterAll(async () => {
    await secured.kill();
  });

  const tls = (): string => `ca=${pki}/ca.pem&cert=${pki}/client.pem&key=${pki}/client.key`;
  const connected = async (text: string): Promise<void> => {
    const broker = await connectBroker(brokerAddress(text), 'test');
    await broker.connection.close();
  };

  it('lets in who shows a certificate and a password, and says what is wrong with others', async () => {
    process.env['SSHWHY_TEST_WORD'] = 's3cret word';
    await connected(`tls://agent@${at}?${tls()}&password=env:SSHWHY_TEST_WORD`);
    writeFileSync(path.join(pki, 'word'), 's3cret word\n');
    await connected(`nats://${at}?${tls()}&user=agent&password=file:${pki}/word`);
    await expect(connected(`tls://agent@${at}?${tls()}&password=wrong`)).rejects.toThrow(/[Aa]uthorization/);
    await expect(connected(`tls://${at}?${tls()}`)).rejects.toThrow(/[Aa]uthorization/);
    await expect(connected(`tls://agent@${at}?ca=${pki}/ca.pem&password=file:${pki}/word`)).rejects.toThrow(
      /the broker/,
    );
    await expect(
      connected(`tls://agent@${at}?${tls().replace('ca.pem', 'other.pem')}&password=file:${pki}/word`),
    ).rejects.toThrow(/certificate|signature/);
  });

  it('sends no password to a broker without TLS when TLS was asked for', async () => {
    await expect(
      connected(`${url.replace('nats://127.0.0.1', 'tls://localhost')}?password=x&user=agent`),
    ).rejects.toThrow(/does not support 'tls'/);
  });

  it('publishes with the right to nothing but the subject of its host', async () => {
    const boss = await connectBroker(brokerAddress(`tls://central@${at}?${tls()}&password=other`), 'test');
    await ensureStreams(boss);
    const before = (await boss.manager.streams.info('SSHWHY')).state.messages;
    const address = brokerAddress(`tls://agent@${at}?${tls()}&password=file:${pki}/word`);
    const why: string[] = [];
    const sinkOf = (host: string) =>
      publishSink({
        address,
        spool: path.join(dir, `tls-${stream}-${host}`),
        spoolBytes: SPOOL_MIN,
        host,
        onState: (_, says) => void why.push(says),
      });
    const own = await sinkOf('web1');
    await own.put(numbered('web1', 0, 10));
    await own.drained();
    expect((await boss.manager.streams.info('SSHWHY')).state.messages).toBe(before + 1);
    await own.close();
    const other = await sinkOf('web2');
    await other.put(numbered('web2', 0, 10));
    await until('it is refused', () => why.some((says) => /permission/i.test(says)));
    expect((await boss.manager.streams.info('SSHWHY')).state.messages).toBe(before + 1);
    await other.close();
    await boss.connection.close();
  });
});
