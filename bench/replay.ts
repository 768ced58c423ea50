/**
 * The log of a day at 5,000 lines a second through the whole of `sshwhy watch`, as fast as it goes: another process writes it and
 * rotates it every minute of the watched time; the follower of files, the reader, the store with retention, all detectors, incidents
 * and metrics are those of the product, in its own loop. `npm run bench:replay -- [--hours N] [--rate N] [--keep-mb N] [--engine NAME]`.
 * With `--dir FOLDER` it can be ended (Ctrl-C, SIGTERM) and goes on when it is called again, as a watch that is started again does.
 * Ends with 1 when a single line or event is lost or counted twice.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
    dir: { type: 'string' },
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

const folder = values.dir ?? mkdtempSync(path.join(tmpdir(), 'sshwhy-replay-'));
mkdirSync(folder, { recursive: true });
const log = path.join(folder, 'auth.log');
const state = path.join(folder, 'replay.json');
/** All of it is over several runs, when it was ended in between; `told` is the second up to which the log is written. */
const sums = {
  ...{ runs: 0, told: 0, lines: 0, unparsed: 0, events: 0, signals: 0, incidents: 0 },
  ...{ seconds: 0, cpuSeconds: 0, maxRss: 0, maxStore: 0, longest: 0 },
  ...(values.dir === undefined ? {} : earlier()),
};
sums.runs += 1;
const stop = new AbortController();
const writer = fork(path.join(import.meta.dirname, 'replay-writer.ts'), [log, String(rate), String(sums.told)]);
writer.once('exit', () => stop.abort());
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stop.abort());
process.on('exit', () => {
  writer.kill();
  if (values.dir === undefined) rmSync(folder, { recursive: true, force: true });
});

/** What the run before left; it is gone while a run is under way, so that one that was killed is not taken for one that was ended. */
function earlier(): Partial<Record<string, number>> {
  if (!existsSync(state)) {
    if (existsSync(log)) throw new Error(`${folder}: the run before was killed, not ended; begin with an empty folder`);
    return {};
  }
  const found = JSON.parse(readFileSync(state, 'utf8'));
  rmSync(state);
  return found;
}

const engine = await sqliteEngine(values.engine as 'node:sqlite' | undefined);
const store = await sqliteStore(path.join(folder, 'store.db'), { use: 'write', engine });
const shared = attempts();
const all = detectors(shared);
const metrics = metricsSink({ ports: ['22'], store, detectors: all.map(({ name }) => name) });
const mb = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MB`;
const number = (value: number): string => Math.round(value).toLocaleString('en');

const notes = new Set<string>();
/** The watched time: what stands in the lines that were read. */
let clock = START + Math.floor((sums.lines * 1000) / rate);
let step = Math.floor((sums.lines * STEPS) / total);
let last = performance.now();
const timer = setInterval(() => {
  /** How long anything else in the process had to wait. */
  sums.longest = Math.max(sums.longest, performance.now() - last - 10);
  last = performance.now();
  sums.maxRss = Math.max(sums.maxRss, process.memoryUsage.rss());
}, 10);

function goOn(): void {
  const upTo = Math.min(seconds, sums.lines === 0 ? FIRST_S : Math.floor(sums.lines / rate) + AHEAD_S);
  if (upTo === sums.told || (upTo < sums.told + FIRST_S && upTo < seconds)) return;
  sums.told = upTo;
  writer.send(upTo);
}

async function row(): Promise<void> {
  const share = Math.round((sums.lines * 100) / total);
  const pace = sums.lines / (sums.seconds + (performance.now() - began) / 1000);
  const { events, bytes } = await store.size();
  sums.maxStore = Math.max(sums.maxStore, bytes);
  const { rss, heapUsed } = process.memoryUsage();
  console.log(
    `${share} % | ${number(pace)} | ${mb(rss)} | ${mb(sums.maxRss)} | ${mb(heapUsed)} | ${mb(bytes)} | ${number(events)} | ${sums.signals} | ${sums.incidents} | ${sums.longest.toFixed(0)} ms`,
  );
}

console.log(
  `Node ${process.versions.node}, ${engine.name}, ${number(total)} lines${sums.runs > 1 ? `, run ${sums.runs}, ${number(sums.lines)} are read` : ''}; RSS ${mb(process.memoryUsage.rss())}`,
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
        place: (await store.places()).find(({ source }) => source === log),
      }),
    ],
    store,
    mind: watchMind(all, incidents(shared)),
    sinks: [metrics],
    once: false,
    keep: { ms: 24 * 3_600_000, maxBytes: Number(values['keep-mb']) * 2 ** 20 },
    now: () => clock,
    onBatch: ({ events, lines }) => {
      sums.lines += lines.all;
      sums.unparsed += lines.unparsed;
      sums.events += events.length;
      clock = START + Math.floor((sums.lines * 1000) / rate);
      goOn();
      if (sums.lines >= total) stop.abort();
      if (Math.floor((sums.lines * STEPS) / total) === step) return;
      step = Math.floor((sums.lines * STEPS) / total);
      void row();
    },
    onSignals: (made) => {
      sums.signals += made.length;
    },
    onChange: ({ kind }) => {
      if (kind === 'opened') sums.incidents += 1;
    },
    onNote: (note) => notes.add(note),
  },
  stop.signal,
);
// It ends when it has written what it was told.
if (writer.connected) {
  writer.disconnect();
  await once(writer, 'exit');
}
clearInterval(timer);
const { user, system } = process.cpuUsage(cpu);
sums.seconds += (performance.now() - began) / 1000;
sums.cpuSeconds += (user + system) / 1e6;
for (const note of notes) console.log(`note: ${note}`);
if (sums.lines < total && values.dir !== undefined) {
  await store.close();
  writeFileSync(state, JSON.stringify(sums));
  console.log(`Ended after ${number(sums.lines)} lines; the same command goes on.`);
  process.exit();
}
const { events: kept, bytes } = await store.size();
const until = START + seconds * 1000;
const sum = (counts: Awaited<ReturnType<typeof store.counts>>): number => counts.reduce((a, { count }) => a + count, 0);
const counted = sum(await store.counts({ since: START, until, stepMs: 3_600_000 }));
const lying = sum(await store.counts({ since: START, until, stepMs: 7_001 }));
await store.close();
const expected = eventsIn(total);
console.log(
  `${sums.seconds.toFixed(0)} s (${number(total / sums.seconds)} lines/s, ${number(total / sums.cpuSeconds)} per second of the processor), runs: ${sums.runs}`,
);
console.log(
  `lines: ${total} written, ${sums.lines} read, ${sums.unparsed} unparsed; events: ${expected} expected, ${sums.events} read, ${counted} counted by the store, ${kept} kept (rows ${lying}); store ${mb(bytes)}, at most ${mb(sums.maxStore)}; RSS at most ${mb(sums.maxRss)}`,
);
const whole = sums.lines === total && [sums.events, counted].every((n) => n === expected) && lying === kept;
console.log(whole ? 'Nothing was lost, nothing was counted twice.' : 'THE NUMBERS DO NOT ADD UP.');
process.exitCode = whole ? 0 : 1;
