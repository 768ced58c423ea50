import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  createAccount,
  createOperator,
  createUser,
  encodeAccount,
  encodeOperator,
  encodeUser,
  fmtCreds,
  type KeyPair,
} from '@nats-io/jwt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { watchCentral } from '../../src/app/central.ts';
import { acrossMind, hostsMind } from '../../src/app/central-minds.ts';
import { brokerAddress } from '../../src/collect/broker/address.ts';
import { connectBroker } from '../../src/collect/broker/connect.ts';
import { publishSink } from '../../src/collect/broker/publish.ts';
import { numbered } from '../../test/collect/broker-fakes.ts';
import { memoryStore, until } from './memory-store.ts';
import { type Daemon, freePorts, nats } from './servers.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'sshwhy-credentials-'));
const daemons: Daemon[] = [];
let tries = 0;
const saved = (name: string, text: string | Uint8Array): string => {
  const file = path.join(dir, name);
  writeFileSync(file, text);
  return file;
};
const seedOf = (key: KeyPair): string => Buffer.from(key.getSeed()).toString('utf8');
const ago = (seconds: number): number => Math.floor(Date.now() / 1000) - seconds;

/** The options behind each broker's address that it takes, and that it does not, with what is said of them. */
interface Way {
  readonly conf: string;
  readonly right: string;
  readonly wrong: Readonly<Record<string, readonly [option: string, says: RegExp]>>;
}

function byToken(): Way {
  return {
    conf: 'authorization { token: "a word of the broker" }',
    right: `token=file:${saved('token', 'a word of the broker\n')}`,
    wrong: {
      'another token': [`token=file:${saved('token2', 'another\n')}`, /it refuses the token \(token=\)/],
      'no token': ['', /was told nothing/],
      'a user': [`user=alice&password=file:${saved('word', 'x')}`, /it refuses the user or the password/],
    },
  };
}

function byNkey(): Way {
  const [known, unknown] = [createUser(), createUser()];
  const seed = seedOf(known);
  const damaged = `${seed.slice(0, -1)}${seed.endsWith('A') ? 'B' : 'A'}`;
  return {
    conf: `authorization { users: [ { nkey: ${known.getPublicKey()} } ] }`,
    right: `nkey=${saved('nkey', `${seed}\n`)}`,
    wrong: {
      'an nkey that it does not know': [`nkey=${saved('nkey2', seedOf(unknown))}`, /it refuses the nkey \(nkey=\)/],
      'a damaged seed': [`nkey=${saved('nkey3', damaged)}`, /the seed \(nkey=\) is damaged/],
      'no nkey': ['', /was told nothing/],
    },
  };
}

async function byCreds(): Promise<Way> {
  const [operator, account, system, stranger, user, other] = [
    createOperator(),
    createAccount(),
    createAccount(),
    createAccount(),
    createUser(),
    createUser(),
  ];
  const anything = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1, conn: -1, subs: -1, data: -1 };
  const limits = { ...anything, payload: -1, imports: -1, exports: -1, leaf: -1, wildcards: true };
  const [ours, theirs] = [account.getPublicKey(), system.getPublicKey()];
  const jwts = {
    operator: await encodeOperator('operator', operator, { system_account: theirs }),
    account: await encodeAccount('agents', account, { limits }, { signer: operator }),
    system: await encodeAccount('system', system, {}, { signer: operator }),
  };
  const mine = await encodeUser('watch', user, account, {});
  const creds = (name: string, jwt: string, key: KeyPair = user): string => `creds=${saved(name, fmtCreds(jwt, key))}`;
  return {
    conf: `operator: ${jwts.operator}
system_account: ${theirs}
resolver: MEMORY
resolver_preload: { ${ours}: ${jwts.account}, ${theirs}: ${jwts.system} }`,
    right: creds('right.creds', mine),
    wrong: {
      'credentials of an account that it does not know': [
        creds('stranger.creds', await encodeUser('watch', user, stranger, {})),
        /it refuses the credentials \(creds=\)/,
      ],
      'the seed of somebody else': [creds('seed.creds', mine, other), /it refuses the credentials \(creds=\)/],
      'credentials that have ended': [
        creds('ended.creds', await encodeUser('watch', user, account, {}, { exp: ago(60) })),
        /it refuses the credentials \(creds=\), which ended at 2\d{3}-/,
      ],
      'no credentials': ['', /was told nothing/],
    },
  };
}

const WAYS = { token: byToken, nkey: byNkey, creds: byCreds } as const;

describe.each(Object.keys(WAYS) as (keyof typeof WAYS)[])('a broker that asks for %s', (kind) => {
  let way: Way;
  let url: string;
  beforeAll(async () => {
    way = await WAYS[kind]();
    const [port = 0] = await freePorts(1);
    daemons.push(await nats(path.join(dir, `broker-${kind}`), port, way.conf));
    url = `nats://127.0.0.1:${port}`;
  });

  it('lets an agent publish and a centre read', async () => {
    // Of this try alone: the broker and the spool keep what another one left.
    const own = `${kind.toUpperCase()}${++tries}`;
    const address = brokerAddress(`${url}?${way.right}&stream=${own}`);
    const spool = path.join(dir, own);
    const sink = await publishSink({ address, spool, spoolBytes: 64 << 20, host: 'web1' });
    const store = memoryStore();
    const stop = new AbortController();
    const timing = { leaseMs: 9000, renewMs: 500, ackWaitMs: 6000 };
    const central = await watchCentral(
      { address, store, timing, hosts: () => hostsMind(), across: acrossMind },
      stop.signal,
    );
    await sink.put(numbered('web1', 0, 300));
    await until('all are stored', () => store.kept.size === 300);
    stop.abort();
    await central.ended;
    await sink.close();
  });

  it('tells in one line what it refuses', async () => {
    for (const [what, [option, says]] of Object.entries(way.wrong)) {
      const address = brokerAddress(`${url}?${option}`);
      const error: Error = await connectBroker(address, 'test').then(
        () => new Error(`${what} is let in`),
        (error: Error) => error,
      );
      expect(error.message, what).toMatch(says);
      expect(error.message, what).not.toContain('\n');
      for (const secret of [address.token, address.nkey, address.password, address.creds])
        if (secret !== undefined) expect(error.message).not.toContain(secret);
    }
  });

  it('is told of by an agent that it refuses, which keeps its events', async () => {
    const [[option, says] = ['', /^$/]] = Object.values(way.wrong);
    const told: string[] = [];
    const sink = await publishSink({
      address: brokerAddress(`${url}?${option}`),
      ...{ spool: path.join(dir, `refused-${kind}${++tries}`), spoolBytes: 64 << 20, host: 'web1' },
      onState: (state, why) => void told.push(`${state}: ${why}`),
    });
    await sink.put(numbered('web1', 0, 10));
    await until('it is told', () => told.length > 0);
    expect(told[0]).toMatch(/^away: /);
    expect(told[0]).toMatch(says);
    expect(sink.published().spooled.bytes).toBeGreaterThan(0);
    await sink.close();
  });
});

afterAll(async () => {
  for (const one of daemons) await one.kill();
  rmSync(dir, { recursive: true, force: true });
});
