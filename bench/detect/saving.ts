import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { watchMemory } from '../../src/app/watch-memory.ts';
import { watchMind } from '../../src/app/watch-mind.ts';
import { openStore } from '../../src/collect/store/open.ts';
import type { WatchEvent } from '../../src/model/watch.ts';
import { attempts } from '../../src/reason/watch/attempts.ts';
import { detectors } from '../../src/reason/watch/detectors.ts';
import { incidents } from '../../src/reason/watch/incidents.ts';
import { EVENTS, RATE, START, traffic } from './speed.ts';

const MINUTE = 60_000;
const ROUNDS = 5;

/** More users than are remembered, each from more networks than are. */
function* logins(begin: number): Generator<WatchEvent> {
  for (let i = 0; i < 5000 * 33; i++) {
    const user = `somebody-with-a-name-${i % 5000}`;
    const from = `${11 + (i % 80)}.${(i >> 4) & 255}.${(i * 7) & 255}.9`;
    const at = begin + (i / RATE) * 1000;
    yield { id: `web1 journal ${i}`, at, host: 'web1', type: 'sshd/accepted', outcome: 'in', user, from, pid: i };
  }
}

/** What the watch remembers at its fullest is saved as it does that each minute; how long nothing else has a turn. */
export async function saving(): Promise<void> {
  const joined = attempts();
  const all = detectors(joined);
  const mind = watchMind(all, incidents(joined));
  let now = START;
  const see = (event: WatchEvent): void => {
    if (event.at - now >= MINUTE) mind.tick((now = event.at), { lines: 1, unparsed: 0 });
    mind.see(event);
  };
  for (const event of logins(now)) see(event);
  // Many that come once, and as many as are remembered that come again and again.
  for (const sources of [8_000_000, 20_000])
    for (const block of traffic(EVENTS, sources)) {
      const shift = now - (block[0]?.at ?? now);
      for (const event of block) see({ ...event, at: event.at + shift });
    }
  mind.drain();
  const parts = all.map(({ name, save }) => {
    const before = performance.now();
    const size = save?.().length ?? 0;
    return { name, ms: performance.now() - before, size };
  });
  for (const { name, ms, size } of parts.toSorted((a, b) => b.ms - a.ms))
    console.log(`${name.padEnd(24)} ${ms.toFixed(0).padStart(5)} ms ${(size / 1e6).toFixed(2).padStart(7)} MB`);

  const size = parts.reduce((sum, one) => sum + one.size, 0);
  const folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-saving-'));
  const store = await openStore(path.join(folder, 'events.db'));
  const memory = watchMemory(store, mind, (write) => write());
  try {
    for (let round = 0; round < ROUNDS; round++) {
      let [longest, last] = [0, performance.now()];
      let [busiest, spent] = [0, process.cpuUsage()];
      let over = false;
      const watched = (async () => {
        while (!over) {
          await turn();
          longest = Math.max(longest, performance.now() - last);
          last = performance.now();
          const { user, system } = process.cpuUsage(spent);
          busiest = Math.max(busiest, (user + system) / 1000);
          spent = process.cpuUsage();
        }
      })();
      await turn();
      const cpu = process.cpuUsage();
      const before = performance.now();
      await memory.save({ unseen: [], read: { lines: 0, unparsed: 0 }, time: now });
      const took = performance.now() - before;
      const { user, system } = process.cpuUsage(cpu);
      over = true;
      await watched;
      console.log(
        `saved ${(size / 1e6).toFixed(1)} MB in ${took.toFixed(0)} ms (${((user + system) / 1000).toFixed(0)} ms of CPU); nothing else had a turn for ${longest.toFixed(0)} ms (${busiest.toFixed(0)} ms of CPU)`,
      );
    }
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
