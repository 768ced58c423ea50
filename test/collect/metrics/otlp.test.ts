import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { otlpSink } from '../../../src/collect/metrics/otlp.ts';
import { eventTypes } from '../../../src/knowledge/events/index.ts';
import type { Batch, WatchEvent } from '../../../src/model/watch.ts';
import { eventRecord, type LogsRequest, logsRequest } from '../../../src/report/logs/otlp.ts';

/** The messages of the published .proto files, as the OpenTelemetry project's own package has them. */
interface Message {
  fromObject(json: unknown): unknown;
  encode(message: unknown): { finish(): Uint8Array };
  decode(bytes: Uint8Array): unknown;
  toObject(message: unknown, o: object): unknown;
}
const require = createRequire(import.meta.url);
const home = path.dirname(require.resolve('@opentelemetry/otlp-transformer/package.json'));
const root = require(path.join(home, 'build/src/generated/root.js')) as {
  opentelemetry: { proto: { collector: { logs: { v1: { ExportLogsServiceRequest: Message } } } } };
};
const Request = root.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;

/** Through protobuf's bytes and back: what is not a field of the messages is gone, what is of another type is another. */
const throughProto = (json: unknown): unknown =>
  Request.toObject(Request.decode(Request.encode(Request.fromObject(json)).finish()), { longs: String });

let sequence = 0;
const event = (more: Partial<WatchEvent> = {}): WatchEvent => ({
  id: `web1/journal/${sequence++}`,
  at: 1_795_000_000_123,
  host: 'web1',
  type: 'sshd/failed-password',
  outcome: 'refused',
  user: 'alice',
  from: '192.0.2.7',
  port: '50022',
  pid: 4711,
  ...more,
});
const batch = (events: readonly WatchEvent[]): Batch => ({
  events,
  place: { source: 'journal', cursor: 'c' },
  lines: { all: events.length, unparsed: 0, other: 0 },
});

interface Collector {
  readonly url: string;
  readonly requests: LogsRequest[];
  readonly headers: Record<string, unknown>[];
}
const servers: Server[] = [];
/** Answers each request with the next status; the last one stays. */
async function collector(...answers: (number | [number, Record<string, string>, string])[]): Promise<Collector> {
  const requests: LogsRequest[] = [];
  const headers: Record<string, unknown>[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      const [status, head, text] = typeof answer === 'object' ? answer : [answer ?? 200, {}, '{}'];
      if (status === 200) requests.push(JSON.parse(body));
      headers.push({ ...request.headers, url: request.url });
      response.writeHead(status, head).end(text);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/logs`, requests, headers };
}
const uids = (requests: readonly LogsRequest[]): unknown[] =>
  requests.flatMap(({ resourceLogs }) =>
    resourceLogs.flatMap(({ scopeLogs }) =>
      scopeLogs.flatMap(({ logRecords }) => logRecords.map(({ attributes }) => attributes[0]?.value)),
    ),
  );
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

function tally() {
  const counts: Record<string, number> = { sent: 0, refused: 0, dropped: 0 };
  return {
    counts,
    onRecords: (result: string, count: number) => void (counts[result] = (counts[result] ?? 0) + count),
  };
}

describe('events as log records', () => {
  it('survive the published messages of OTLP unchanged, whatever a log held', () => {
    const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\ud800', '"\\\n\u0000', '', '{"a":1}'));
    const field = fc.option(texts, { nil: undefined });
    const any = fc
      .record({
        id: texts,
        at: fc.integer({ min: 0, max: 4e12 }),
        host: texts,
        type: fc.constantFrom(...eventTypes.map(({ id }) => id)),
        outcome: texts,
        user: field,
        from: field,
        port: field,
        key: field,
        detail: field,
        file: field,
        pid: fc.option(fc.nat(), { nil: undefined }),
        forged: fc.constantFrom(true, undefined),
      })
      .map((one) => one as unknown as WatchEvent);
    fc.assert(
      fc.property(fc.array(any, { maxLength: 5 }), (events) => {
        const json = JSON.parse(JSON.stringify(logsRequest(events.map((one) => eventRecord(one, 1)))));
        expect(throughProto(json)).toEqual(events.length === 0 ? {} : json);
      }),
      { numRuns: 120 },
    );
  });

  it('have the attributes of the conventions, the host as their resource, and times in nanoseconds', () => {
    const request = logsRequest([eventRecord(event({ id: 'u' }), 5), eventRecord(event({ host: 'db1' }), 5)]);
    expect(request.resourceLogs.map(({ resource }) => resource.attributes.at(-1))).toEqual([
      { key: 'host.name', value: { stringValue: 'web1' } },
      { key: 'host.name', value: { stringValue: 'db1' } },
    ]);
    const record = request.resourceLogs[0]?.scopeLogs[0]?.logRecords[0];
    expect(record).toMatchObject({
      timeUnixNano: '1795000000123000000',
      severityNumber: 13,
      eventName: 'sshwhy.sshd.failed-password',
    });
    const attributes = Object.fromEntries(record?.attributes.map(({ key, value }) => [key, value]) ?? []);
    expect(attributes).toMatchObject({
      'log.record.uid': { stringValue: 'u' },
      'user.name': { stringValue: 'alice' },
      'client.address': { stringValue: '192.0.2.7' },
      'client.port': { intValue: '50022' },
      'process.pid': { intValue: '4711' },
      'sshwhy.type': { stringValue: 'sshd/failed-password' },
    });
  });
});

describe('the sender', () => {
  it('sends all in order, in requests of a bounded size, with its headers', async () => {
    const { url, requests, headers } = await collector(200);
    const { counts, onRecords } = tally();
    const sink = otlpSink({ url, batchMax: 3, headers: { authorization: 'Bearer t' }, onRecords });
    const events = Array.from({ length: 10 }, () => event());
    await sink.put(batch(events.slice(0, 4)));
    await sink.put(batch(events.slice(4)));
    await sink.close();
    expect(uids(requests)).toEqual(events.map(({ id }) => ({ stringValue: id })));
    expect(requests.length).toBeGreaterThanOrEqual(4);
    expect(headers[0]).toMatchObject({
      authorization: 'Bearer t',
      'content-type': 'application/json',
      url: '/v1/logs',
    });
    expect(counts).toEqual({ sent: 10, refused: 0, dropped: 0 });
  });

  it('tries again what the collector could not take now, and nothing twice', async () => {
    const { url, requests } = await collector(503, 429, [503, { 'retry-after': '0' }, ''], 200);
    const { counts, onRecords } = tally();
    const sink = otlpSink({ url, retryMs: 5, onRecords });
    const events = [event(), event()];
    await sink.put(batch(events));
    await expect.poll(() => counts['sent']).toBe(2);
    await sink.close();
    expect(uids(requests)).toEqual(events.map(({ id }) => ({ stringValue: id })));
  });

  it('gives up what the collector will never take, and counts what it threw away', async () => {
    const { counts, onRecords } = tally();
    const refusing = otlpSink({ url: (await collector(400)).url, onRecords });
    await refusing.put(batch([event()]));
    await refusing.close();
    expect(counts).toEqual({ sent: 0, refused: 1, dropped: 0 });
    const partial = '{"partialSuccess":{"rejectedLogRecords":"2","errorMessage":"x"}}';
    const choosy = otlpSink({ url: (await collector([200, {}, partial])).url, onRecords });
    await choosy.put(batch([event(), event(), event()]));
    await choosy.close();
    expect(counts).toEqual({ sent: 1, refused: 3, dropped: 0 });
  });

  it('drops the oldest when too many wait, and says how many', async () => {
    const { url, requests } = await collector(503, 503, 503, 200);
    const { counts, onRecords } = tally();
    const sink = otlpSink({ url, queueMax: 5, retryMs: 200, onRecords });
    const events = Array.from({ length: 12 }, () => event());
    await sink.put(batch(events.slice(0, 2)));
    await new Promise((resolve) => setTimeout(resolve, 60));
    await sink.put(batch(events.slice(2)));
    expect(counts['dropped']).toBe(7);
    await expect.poll(() => counts['sent'], { timeout: 30_000 }).toBe(5);
    await sink.close();
    expect(uids(requests)).toEqual(events.slice(7).map(({ id }) => ({ stringValue: id })));
  });

  it('ends in time when the collector never answers, and never holds up the watch', async () => {
    const mute = createServer(() => {});
    servers.push(mute);
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { counts, onRecords } = tally();
    const sink = otlpSink({
      url: `http://127.0.0.1:${(mute.address() as AddressInfo).port}/v1/logs`,
      closeMs: 300,
      onRecords,
    });
    const began = Date.now();
    await sink.put(batch([event()]));
    expect(Date.now() - began).toBeLessThan(2000);
    await sink.close();
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(counts).toEqual({ sent: 0, refused: 0, dropped: 1 });
  });

  it('follows no redirection, so that a token goes nowhere else', async () => {
    const other = await collector(200);
    const { url } = await collector([307, { location: other.url }, '']);
    const { counts, onRecords } = tally();
    const sink = otlpSink({ url, retryMs: 5, onRecords });
    await sink.put(batch([event()]));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await sink.close();
    expect(other.requests).toEqual([]);
    expect(counts['sent']).toBe(0);
  });
});
