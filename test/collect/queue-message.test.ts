import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodedJob,
  decodedResult,
  encodedJob,
  encodedResult,
  hostKey,
  KEY,
  MOST,
} from '../../src/collect/queue/message.ts';
import { addressed, queueSubjects } from '../../src/collect/queue/streams.ts';
import type { FleetHost } from '../../src/model/fleet.ts';
import type { FleetJob } from '../../src/model/fleet-work.ts';

const JOB: FleetJob = {
  v: 1,
  question: { kind: 'server', user: 'alice', from: '192.0.2.1' },
  name: 'web1.example.com',
  address: '10.0.0.1',
  port: 2222,
  user: 'root',
  family: 4,
  timeoutMs: 60_000,
  block: ['10.9.0.0/16', 'old-*'],
};
const sent = (change: object): FleetJob | string => decodedJob(Buffer.from(JSON.stringify({ ...JOB, ...change })));

describe('a job', () => {
  it('comes out as it went in', () => {
    const data = encodedJob(JOB);
    expect(typeof data === 'string' ? data : decodedJob(data)).toEqual(JOB);
  });

  it.each([
    { name: '-oProxyCommand=x' },
    { address: '-oProxyCommand=x' },
    { address: 'a b' },
    { address: 'a;b' },
    { address: '$(id)' },
    { address: 'a\nb' },
    { address: '' },
    { address: '%h' },
    { address: 'x'.repeat(256) },
    { address: '10.0.0.1:22' },
    { name: 'a/b' },
    { name: "a'b" },
    { user: '-l' },
    { user: '$(id)' },
    { user: 'a b' },
    { user: '`id`' },
    { user: 'a;id' },
    { port: 0 },
    { port: 65_536 },
    { port: '22' },
    { timeoutMs: 1e9 },
    { timeoutMs: 0 },
    { block: ['a b'] },
    { block: Array.from({ length: 65 }, () => 'a') },
    { family: 5 },
    { question: { kind: 'fix' } },
    { question: { kind: 'check', argv: ['sh'] } },
    { question: { kind: 'server', user: '-x' } },
    { question: { kind: 'server', from: 'x' } },
    { question: { kind: 'harden', profile: '/etc/shadow', today: '2026-11-25' } },
    { argv: ['sh', '-c', 'id'] },
    { on: 'exec:sh' },
    { option: ['ProxyCommand=id'] },
    { identity: '/root/.ssh/id' },
    { v: 2 },
    { v: undefined },
  ])('is refused with %j', (change) => {
    expect(sent(change)).toMatch(/^it/);
  });

  it('of another version is told apart from one that is wrong', () => {
    expect(sent({ v: 2 })).toMatch(/of a form that this version does not know/);
    expect(sent({ port: 0 })).toBe('its port is not what a job has');
  });

  it('is never more than one word of a command, whatever is sent', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.string({ unit: 'binary', maxLength: 40 }),
        (a, b) => {
          const job = sent({ name: a, address: b, user: a });
          if (typeof job === 'string') return;
          for (const word of [job.name, job.address, job.user ?? ''])
            expect(word).toMatch(/^(?!-)[^\s'"`$;&|<>(){}\\!*?#~\p{Cc}]+$/u);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('of any bytes ends in an answer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(typeof decodedJob(bytes)).toBe('string');
        expect(typeof decodedResult(bytes)).toBe('string');
      }),
    );
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(typeof decodedJob(Buffer.from(text))).toBe('string');
      }),
    );
    expect(decodedJob(Buffer.alloc(MOST.job + 1, 'a'))).toMatch(/more than a job has/);
  });
});

const HOST: FleetHost = {
  kind: 'host',
  asked: 'harden',
  name: 'web1',
  address: '10.0.0.1',
  port: 22,
  groups: [],
  tags: [],
  at: '2026-11-25T10:00:00.000Z',
  outcome: 'degraded',
  found: [],
  says: '3 fail',
  gates: [],
  ms: { look: 3 },
};

describe('a result', () => {
  it('comes out as it went in', () => {
    expect(decodedResult(encodedResult(HOST))).toEqual(HOST);
  });

  it('says what was left out of it', () => {
    const found = Array.from({ length: 200 }, (_, i) => ({ id: `control-${i}`, says: 'é'.repeat(5000) }));
    const data = encodedResult({ ...HOST, found, says: 'x'.repeat(9000), server: 'y'.repeat(100_000) });
    expect(data.length).toBeLessThanOrEqual(MOST.result);
    const read = decodedResult(data) as FleetHost;
    expect(read.found.length).toBeGreaterThan(5);
    expect(read.says).toContain(`(left out: ${200 - read.found.length} of 200 findings)`);
    expect(read.found[0]?.says.length).toBe(MOST.sentence);
  });

  it('goes without what is held against other hosts before it goes without a finding', () => {
    const facts = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`sshd Key${i}`, { is: 'x'.repeat(20) }]));
    const data = encodedResult({ ...HOST, found: [{ id: 'control', says: 'no' }], facts });
    expect(data.length).toBeLessThanOrEqual(MOST.result);
    expect(decodedResult(data)).toEqual({
      ...HOST,
      found: [{ id: 'control', says: 'no' }],
      says: '3 fail (left out: what is held against other hosts)',
    });
  });

  it.each([
    { found: [{ id: 'a\x1b[2J', says: 'x' }] },
    { gate: 'none' },
    { outcome: 'fine' },
    { at: 'yesterday' },
    { more: 1 },
  ])('is refused with %j', (change) => {
    expect(decodedResult(Buffer.from(JSON.stringify({ v: 1, host: { ...HOST, ...change } })))).toMatch(/^it is no/);
  });
});

describe('a subject', () => {
  const key = hostKey({ name: 'web1', address: '10.0.0.1', port: 22 });

  it('names run and host, and nothing that is sent changes it', () => {
    const { work, result } = queueSubjects('SSHWHY');
    expect(key).toMatch(KEY);
    expect(addressed(work('check', 'r1', key))).toEqual({ run: 'r1', key });
    expect(addressed(result('r1', key))).toEqual({ run: 'r1', key });
    for (const subject of ['', 'sshwhy.work.v1.check.r1', work('check', 'r1', 'short'), work('check', '*', key)])
      expect(addressed(subject)).toBeUndefined();
  });

  it('tells hosts apart that differ in anything', () => {
    const hosts = [
      { name: 'a', address: '10.0.0.1' },
      { name: 'a', address: '10.0.0.1', port: 22 },
      { name: 'a', address: '10.0.0.2' },
      { name: 'b', address: '10.0.0.1' },
    ];
    expect(new Set(hosts.map(hostKey)).size).toBe(hosts.length);
  });
});
