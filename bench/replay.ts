/**
 * The events of a day at 5,000 a second through the store of `sshwhy watch`, as fast as it goes and with retention on:
 * `npm run bench:replay -- [--hours N] [--rate N] [--keep-mb N] [--keep-hours N] [--store PATH] [--engine NAME]`.
 * The events are those that the reader of logs makes of generated lines; every hundredth batch is stored twice, as after a
 * crash. Ends with 1 when a single event is lost or counted twice.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { sqliteStore } from '../src/collect/store/sqlite.ts';
import { sqliteEngine } from '../src/collect/store/sqlite-engine.ts';
import { batches, START } from './watch-events.ts';

const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '24' },
    rate: { type: 'string', default: '5000' },
    'keep-mb': { type: 'string', default: '2048' },
    'keep-hours': { type: 'string', default: '24' },
    store: { type: 'string' },
    engine: { type: 'string' },
  },
});
const rate = Number(values.rate);
const seconds = Math.round(Number(values.hours) * 3600);
const maxBytes = Number(values['keep-mb']) * 2 ** 20;
const keepMs = Number(values['keep-hours']) * 3_600_000;
/** Of the watched time: so often what is too old or too much is taken away. */
const PRUNE_S = 60;
const AGAIN = 100;

const folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-replay-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const file = values.store ?? path.join(folder, 'store.db');
const engine = await sqliteEngine(values.engine as 'node:sqlite' | undefined);
const store = await sqliteStore(file, { use: 'write', engine });
const make = batches(rate);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const mb = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MB`;

const total = seconds * rate;
let pruned = 0;
let pruning: Promise<void> | undefined;
const prune = (now: number): void => {
  pruning ??= store.prune({ since: now - keepMs, maxBytes }).then((gone) => {
    pruned += gone;
    pruning = undefined;
  });
};

/** How long anything else in the process had to wait. */
let longest = 0;
let last = performance.now();
const timer = setInterval(() => {
  longest = Math.max(longest, performance.now() - last - 10);
  last = performance.now();
}, 10);

let maxRss = 0;
let maxBytesSeen = 0;
let slowest = 0;
const began = performance.now();
console.log(
  `Node ${process.versions.node}, ${engine.name}, ${total.toLocaleString('en')} events, start: RSS ${mb(process.memoryUsage.rss())}`,
);
console.log('done | events/s | RSS | max RSS | heap | store | kept | pruned | slowest batch | longest wait');
for (let second = 0; second < seconds; second += 1) {
  const batch = make(second);
  const at = performance.now();
  await store.put(batch);
  slowest = Math.max(slowest, performance.now() - at);
  if (second % AGAIN === 0) await store.put(batch);
  if (second % PRUNE_S === 0) prune(START + second * 1000);
  if (second % 20 === 0) maxRss = Math.max(maxRss, process.memoryUsage.rss());
  await turn();
  if ((second + 1) % Math.max(1, Math.floor(seconds / 10)) === 0) {
    const { events, bytes } = await store.size();
    maxBytesSeen = Math.max(maxBytesSeen, bytes);
    const { rss, heapUsed } = process.memoryUsage();
    const perSecond = ((second + 1) * rate * 1000) / (performance.now() - began);
    const share = `${Math.round(((second + 1) * 100) / seconds)} %`;
    console.log(
      `${share} | ${Math.round(perSecond).toLocaleString('en')} | ${mb(rss)} | ${mb(maxRss)} | ${mb(heapUsed)} | ${mb(bytes)} | ${events.toLocaleString('en')} | ${pruned.toLocaleString('en')} | ${slowest.toFixed(0)} ms | ${longest.toFixed(0)} ms`,
    );
  }
}
await pruning;
prune(START + seconds * 1000);
await pruning;
clearInterval(timer);
const took = (performance.now() - began) / 1000;
const { events: kept, bytes } = await store.size();
const until = START + seconds * 1000;
const sum = (counts: Awaited<ReturnType<typeof store.counts>>): number => counts.reduce((a, { count }) => a + count, 0);
const counted = sum(await store.counts({ since: START, until, stepMs: 3_600_000 }));
const lying = sum(await store.counts({ since: START, until, stepMs: 7_001 }));
const places = await store.places();
await store.close();
const cursor = JSON.parse(places[0]?.cursor ?? '{}').batch;
console.log(
  `${took.toFixed(0)} s (${Math.round(total / took).toLocaleString('en')} events/s); generated ${total}, counted ${counted}, kept ${kept} (rows ${lying}) + pruned ${pruned} = ${kept + pruned}; store ${mb(bytes)}; place at batch ${cursor} of ${seconds - 1}`,
);
const whole = counted === total && kept + pruned === total && lying === kept && cursor === seconds - 1;
console.log(whole ? 'Nothing was lost, nothing was counted twice.' : 'THE NUMBERS DO NOT ADD UP.');
process.exitCode = whole ? 0 : 1;
