import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { brokerAddress } from '../../../src/collect/broker/address.ts';
import {
  decoded,
  encoded,
  hostToken,
  MOST,
  PARTS,
  parcelId,
  parcelsOf,
  partOf,
} from '../../../src/collect/broker/message.ts';
import { numbered } from '../broker-fakes.ts';
import { batchOf, eventAt } from '../store-contract.ts';

it('a host is one token of a subject, and another for each host', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
      expect(hostToken(one)).toMatch(/^[A-Za-z0-9_%-]{1,100}/);
      expect(hostToken(one)).not.toMatch(/[.*>\s]/);
      expect(partOf(one)).toBeLessThan(PARTS);
      const [a, b] = [one, other].map((text) => Buffer.from(text).toString());
      if (a !== b) expect(hostToken(one)).not.toBe(hostToken(other));
    }),
  );
  expect(hostToken('db.example.org')).toBe('db%2Eexample%2Eorg');
  expect(hostToken('x'.repeat(300))).not.toBe(hostToken(`${'x'.repeat(299)}y`));
});

it('a batch is parted by host and size, and nothing of it is lost', () => {
  const mixed = [...numbered('a', 0, 1500).events, ...numbered('b', 0, 10).events, ...numbered('a', 1500, 5).events];
  const parcels = parcelsOf({ ...batchOf(mixed), lines: { all: 9, unparsed: 1, other: 2 } }, 'here');
  expect(parcels.map(({ host, events }) => `${host} ${events.length}`)).toEqual(['a 1000', 'a 505', 'b 10']);
  expect(parcels.flatMap(({ events }) => events).filter(({ host }) => host === 'a')).toEqual(
    mixed.filter(({ host }) => host === 'a'),
  );
  expect(parcels.reduce((sum, { lines }) => sum + lines.all, 0)).toBe(9);
  expect(
    parcelsOf({ ...batchOf([]), lines: { all: 3, unparsed: 3, other: 0 } }, 'here').map(({ host }) => host),
  ).toEqual(['here']);
  expect(parcelsOf(batchOf([]), 'here')).toEqual([]);
  for (const parcel of parcels) expect(decoded(encoded(parcel))).toEqual(parcel);
});

it('an event of any size fits into a message', () => {
  const huge = eventAt('huge', 0, { user: 'é'.repeat(1 << 20), detail: 'x'.repeat(1 << 20) });
  const parcels = parcelsOf(batchOf(Array.from({ length: 20 }, () => huge)), 'here');
  for (const { events } of parcels)
    expect(Buffer.byteLength(JSON.stringify(events))).toBeLessThan(MOST.bytes + 100_000);
});

it('the id of a parcel is of what is in it', () => {
  const [one, same, other] = [numbered('a', 0, 3), numbered('a', 0, 3), numbered('a', 0, 4)].map(
    (batch) => parcelsOf(batch, 'x')[0],
  );
  const idOf = (parcel: typeof one): string => parcelId(parcel as NonNullable<typeof one>);
  expect(idOf(one)).toBe(idOf(same));
  expect(idOf(one)).not.toBe(idOf(other));
});

it('whatever is in a message, it is read or said what is wrong', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (data) => {
      expect(typeof decoded(data)).toBe('string');
    }),
    { numRuns: 200 },
  );
});

it('an address is read with its options, and no secret has to be in it', () => {
  process.env['SSHWHY_TEST_TOKEN'] = 'abc';
  expect(brokerAddress('nats://a,b:5222,[::1]:4222?token=env:SSHWHY_TEST_TOKEN&stream=OTHER')).toEqual({
    servers: ['a:4222', 'b:5222', '[::1]:4222'],
    token: 'abc',
    stream: 'OTHER',
  });
  expect(brokerAddress('tls://me:p%40ss@a')).toMatchObject({ user: 'me', password: 'p@ss', tls: {} });
  for (const [text, why] of [
    ['http://a', 'no address'],
    ['nats://a b', 'no host'],
    ['nats://a:99999', 'no host'],
    ['nats://a?pasword=x', 'no option'],
    ['nats://me@a?token=x', 'exclude each other'],
    ['nats://a?cert=x', 'go together'],
    ['nats://a?token=env:SSHWHY_NOT_SET', 'is not set'],
    ['tls://127.0.0.1', 'names of hosts'],
    ['nats://a?stream=x.y', 'letters, digits'],
  ] as const)
    expect(() => brokerAddress(text), text).toThrow(why);
});

it('a file that has no seed and no credentials is said to have none, and nothing of it is shown', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-address-'));
  try {
    const file = (text: string): string => {
      const name = path.join(folder, 'file');
      writeFileSync(name, text);
      return name;
    };
    const body = 'A'.repeat(56);
    expect(brokerAddress(`nats://a?nkey=${file(`SU${body}\n`)}`).nkey).toBe(`SU${body}`);
    for (const [text, why] of [
      [`U${body.slice(1)}`, 'public half'],
      [`SA${body}`, 'seed of an account'],
      ['hello', 'no seed'],
      ['', 'no seed'],
      [`SU${body}\nSU${body}`, 'no seed'],
    ] as const) {
      expect(() => brokerAddress(`nats://a?nkey=${file(text)}`), text).toThrow(why);
      expect(() => brokerAddress(`nats://a?nkey=${file(text)}`), text).not.toThrow(/AAAA|hello/);
    }
    const creds = (line: string, middle = '') =>
      `-----BEGIN NATS USER JWT-----${line}x.y.z${line}------END NATS USER JWT------${line}${middle}`;
    const seed = '-----BEGIN USER NKEY SEED-----';
    expect(brokerAddress(`nats://a?creds=${file(creds('\r\n', seed))}`).creds).toBe(creds('\n', seed));
    expect(() => brokerAddress(`nats://a?creds=${file(creds('\n'))}`)).toThrow(/"BEGIN USER NKEY SEED" is missing/);
    expect(() => brokerAddress(`nats://a?creds=${file('')}`)).toThrow(/"BEGIN NATS USER JWT" is missing/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
