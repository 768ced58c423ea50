/** One measurement of one candidate, as JSON on standard output: `store-run.mjs measure|read|write NAME FOLDER FILE [BATCHES]`. */
import { statSync, writeSync } from 'node:fs';
import type { Batch } from '../src/model/watch.ts';
import { subject } from './store-subject.ts';
import { batches, START } from './watch-events.ts';

const [task, name = '', folder = '', file = '', many = '0'] = process.argv.slice(2);
const DAY = 86_400_000;

function bytesOf(): number {
  const sizes = ['', '-wal', '.wal'].map((end) => statSync(file + end, { throwIfNoEntry: false })?.size ?? 0);
  return sizes.reduce((a, b) => a + b);
}

/** Seconds of the clock and of the processor, of all threads. */
async function timed(act: () => Promise<unknown>): Promise<{ readonly wall: number; readonly cpu: number }> {
  const [cpu, at] = [process.cpuUsage(), performance.now()];
  await act();
  const { user, system } = process.cpuUsage(cpu);
  return { wall: (performance.now() - at) / 1000, cpu: (user + system) / 1e6 };
}

/** The median of several times, in milliseconds of the clock. */
async function median(act: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 5; i += 1) times.push((await timed(act)).wall * 1000);
  return times.sort((a, b) => a - b)[2] ?? 0;
}

if (task === 'measure') {
  const count = Number(many);
  const make = batches(5000);
  // A day, however many batches it has; somebody who comes by now and then.
  const stretch = DAY / (count * 1000);
  const batch = (n: number): Batch => {
    const { events, place, lines } = make(n);
    const spread = events.map((event, i) => ({
      ...event,
      at: START + Math.floor((event.at - START) * stretch),
      ...(i === 7 ? { user: 'alice' } : {}),
    }));
    return { events: spread, place, lines };
  };
  const before = process.memoryUsage.rss();
  let store: Awaited<ReturnType<typeof subject>> | undefined;
  const open = await timed(async () => {
    store = await subject(name, folder, file);
  });
  if (store === undefined) throw new Error('not opened');
  const db = store;
  let [wall, cpu, rss, worst] = [0, 0, 0, 0];
  for (let n = 0; n < count; n += 1) {
    const next = batch(n);
    const time = await timed(() => db.put(next));
    wall += time.wall;
    cpu += time.cpu;
    worst = Math.max(worst, time.wall);
    rss = Math.max(rss, process.memoryUsage.rss());
  }
  const last = Array.from({ length: Math.min(20, count) }, (_, n) => batch(count - 1 - n));
  const again = await timed(async () => {
    for (const one of last) await db.put(one);
  });
  const events = await db.count();
  const end = START + DAY;
  const answer = {
    open: open.wall * 1000,
    wall: events / wall,
    cpu: events / cpu,
    worst: worst * 1000,
    again: (last.length * 5000) / again.wall,
    whole: events === count * 5000,
    rare: await median(() => db.ofUser('alice', end - DAY / 24, end)),
    common: await median(() => db.ofUser('root', end - DAY / 24, end)),
    minutes: await median(() => db.perMinute(START, end)),
    page: await median(() => db.page(START + DAY / 2)),
    rows: [
      await db.ofUser('alice', end - DAY / 24, end),
      await db.ofUser('root', end - DAY / 24, end),
      await db.perMinute(START, end),
      await db.page(START + DAY / 2),
    ],
    rss: Math.max(rss, process.memoryUsage.rss()) - before,
    bytes: 0,
  };
  await db.close();
  console.log(JSON.stringify({ ...answer, bytes: bytesOf() / events }));
} else if (task === 'read') {
  const db = await subject(name, folder, file, 'read');
  console.log(JSON.stringify({ count: await db.count() }));
} else {
  // Stores batches without end, on from where it stands, and says each that is acknowledged.
  const make = batches(1000);
  const db = await subject(name, folder, file);
  const place = await db.place();
  const from = place === undefined ? 0 : JSON.parse(place.cursor).batch + 1;
  writeSync(1, `${JSON.stringify({ from, count: await db.count() })}\n`);
  if (task === 'write')
    for (let n = from; ; n += 1) {
      await db.put(make(n));
      writeSync(1, `${n}\n`);
    }
  await db.close();
}
