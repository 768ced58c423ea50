/**
 * The log of a day at 5,000 lines a second through the whole of `sshwhy watch`, as fast as it goes: another process writes it and
 * rotates it every minute of the watched time; the follower of files, the reader, the store with retention, all detectors, incidents
 * and metrics are those of the product, in its own loop. `npm run bench:replay -- [--hours N] [--rate N] [--keep-mb N] [--engine NAME]`.
 * Ends with 1 when a single line or event is lost or counted twice.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { watchLoop } from '../src/app/watch-loop.ts';
import { watchMind } from '../src/app/watch-mind.ts';
import { fileFollower } from '../src/collect/follow/file.ts';
import { metricsSink } from '../src/collect/metrics/sink.ts';
import { sqliteStore } from '../src/collect/store/sqlite.ts';
import { sqliteEngine } from '../src/collect/store/sqlite-engine.ts';
import { attempts } from '../src/reason/watch/attempts.ts';
import { detectors } from '../src/reason/watch/detectors.ts';
import { incidents } from '../src/reason/watch/incidents.ts';
import { eventsIn, START } from './replay-lines.ts';

const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '24' },
    rate: { type: 'string', default: '5000' },
    'keep-mb': { type: 'string', default: '2048' },
    engine: { type: 'string' },
  },
});
const rate = Number(values.rate);
const seconds = Math.round(Number(values.hours) * 3600);
const total = seconds * rate;
/** So far the log is written ahead of what was read; the writer keeps more than that. */
const AHEAD_S = 90;
/** Before the follower has begun, so that it begins with the first file. */
const FIRST_S = 30;
const STEPS = 24;

const folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-replay-'));
const log = path.join(folder, 'auth.log');
const stop = new AbortController();
const writer = fork(path.join(import.meta.dirname, 'replay-writer.ts'), [log, String(rate)]);
writer.once('exit', () => stop.abort());
process.on('exit', () => {
  writer.kill();
  rmSync(folder, { recursive: true, force: true });
});

const engine = await sqliteEngine(values.engine as 'node:sqlite' | undefined);
const store = await sqliteStore(path.join(folder, 'store.db'), { use: 'write', engine });
const shared = attempts();
const all = detectors(shared);
const metrics = metricsSink({ ports: ['22'], store, detectors: all.map(({ name }) => name) });
const mb = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MB`;
const number = (value: number): string => Math.round(value).toLocaleString('en');

const seen = { lines: 0, unparsed: 0, events: 0, signals: 0, incidents: 0 };
const notes = new Set<string>();
/** The watched time: what stands in the lines that were read. */
let clock = START;
let told = 0;
let step = 0;
let maxRss = 0;
let maxStore = 0;
/** How long anything else in the process had to wait. */
let longest = 0;
let last = performance.now();
const timer = setInterval(() => {
  longest = Math.max(longest, performance.now() - last - 10);
  last = performance.now();
  maxRss = Math.max(maxRss, process.memoryUsage.rss());
}, 10);

function goOn(): void {
  const upTo = Math.min(seconds, seen.lines === 0 ? FIRST_S : Math.floor(seen.lines / rate) + AHEAD_S);
  if (upTo === told || (upTo < told + FIRST_S && upTo < seconds)) return;
  told = upTo;
  writer.send(upTo);
}

async function row(): Promise<void> {
  const share = Math.round((seen.lines * 100) / total);
  const pace = seen.lines / ((performance.now() - began) / 1000);
  const { events, bytes } = await store.size();
  maxStore = Math.max(maxStore, bytes);
  const { rss, heapUsed } = process.memoryUsage();
  console.log(
    `${share} % | ${number(pace)} | ${mb(rss)} | ${mb(maxRss)} | ${mb(heapUsed)} | ${mb(bytes)} | ${number(events)} | ${seen.signals} | ${seen.incidents} | ${longest.toFixed(0)} ms`,
  );
}

console.log(
  `Node ${process.versions.node}, ${engine.name}, ${number(total)} lines; RSS ${mb(process.memoryUsage.rss())}`,
);
const began = performance.now();
const cpu = process.cpuUsage();
console.log('done | lines/s | RSS | max RSS | heap | store | kept | signals | incidents | longest wait');
goOn();
await watchLoop(
  {
    followers: [
      fileFollower(log, () => 0, {
        host: 'web1',
        from: 'start',
        once: false,
        now: () => clock,
        onNote: (note) => notes.add(note),
      }),
    ],
    store,
    mind: watchMind(all, incidents(shared)),
    sinks: [metrics],
    once: false,
    keep: { ms: 24 * 3_600_000, maxBytes: Number(values['keep-mb']) * 2 ** 20 },
    now: () => clock,
    onBatch: ({ events, lines }) => {
      seen.lines += lines.all;
      seen.unparsed += lines.unparsed;
      seen.events += events.length;
      clock = START + Math.floor((seen.lines * 1000) / rate);
      goOn();
      if (seen.lines >= total) stop.abort();
      if (Math.floor((seen.lines * STEPS) / total) === step) return;
      step = Math.floor((seen.lines * STEPS) / total);
      void row();
    },
    onSignals: (made) => {
      seen.signals += made.length;
    },
    onChange: ({ kind }) => {
      if (kind === 'opened') seen.incidents += 1;
    },
    onNote: (note) => notes.add(note),
  },
  stop.signal,
);
writer.removeAllListeners('exit');
writer.kill();
clearInterval(timer);
const took = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage(cpu);
const { events: kept, bytes } = await store.size();
const until = START + seconds * 1000;
const sum = (counts: Awaited<ReturnType<typeof store.counts>>): number => counts.reduce((a, { count }) => a + count, 0);
const counted = sum(await store.counts({ since: START, until, stepMs: 3_600_000 }));
const lying = sum(await store.counts({ since: START, until, stepMs: 7_001 }));
await store.close();
const expected = eventsIn(total);
console.log(
  `${took.toFixed(0)} s (${number(total / took)} lines/s, ${number((total * 1e6) / (user + system))} per second of the processor)`,
);
console.log(
  `lines: ${total} written, ${seen.lines} read, ${seen.unparsed} unparsed; events: ${expected} expected, ${seen.events} read, ${counted} counted by the store, ${kept} kept (rows ${lying}); store ${mb(bytes)}, at most ${mb(maxStore)}; RSS at most ${mb(maxRss)}`,
);
for (const note of notes) console.log(`note: ${note}`);
const whole = seen.lines === total && [seen.events, counted].every((n) => n === expected) && lying === kept;
console.log(whole ? 'Nothing was lost, nothing was counted twice.' : 'THE NUMBERS DO NOT ADD UP.');
process.exitCode = whole ? 0 : 1;
