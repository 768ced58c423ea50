/**
 * An agent of a test, to be killed: publishes numbered events of a host.
 * usage: agent.ts URL SPOOL HOST COUNT BATCH PER_SECOND [SPOOL_BYTES]      continues after the last batch that is in SPOOL.sent
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { brokerAddress } from '../../src/collect/broker/address.ts';
import { publishSink } from '../../src/collect/broker/publish.ts';
import { numbered } from '../../test/collect/broker-fakes.ts';

const [url = '', spool = '', host = '', ...numbers] = process.argv.slice(2);
const [count = 0, size = 1, rate = 1000, spoolBytes = 64 << 20] = numbers.map(Number);
const sent = `${spool}.sent`;
const sink = await publishSink({
  address: brokerAddress(url),
  spool,
  spoolBytes,
  host,
  onState: (state, why) => process.stderr.write(`${host}: ${state} ${why}\n`),
});
const begun = existsSync(sent) ? (readFileSync(sent, 'utf8').trim().split('\n').at(-1) ?? '0') : '0';
for (let next = Number(begun); next < count; next += size) {
  await sink.put(numbered(host, next, Math.min(size, count - next)));
  // What a follower does with its place: written after the sink has taken the batch, so that a killed one comes again.
  appendFileSync(sent, `${next + size}\n`);
  await sleep((size / rate) * 1000);
}
await sink.drained();
await sink.close();
process.stdout.write(`${JSON.stringify(sink.published())}\n`);
