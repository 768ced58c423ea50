import { watchLoop } from '../../src/app/watch-loop.ts';
import { watchMind } from '../../src/app/watch-mind.ts';
import { fileFollower } from '../../src/collect/follow/file.ts';
import { lineTyper } from '../../src/collect/follow/typer.ts';
import { sqliteStore } from '../../src/collect/store/sqlite.ts';
import type { Detector } from '../../src/model/watch.ts';
import { incidents } from '../../src/reason/watch/incidents.ts';

/** A watch of its own process, to be killed: `LOG STORE [once]`. Its one detector counts how often it saw each user. */
const [log = '', file = '', mode] = process.argv.slice(2);
const once = mode === 'once';
const store = await sqliteStore(file);
let seen: Record<string, number> = {};
const counting: Detector = {
  name: 'counting',
  see({ user = '' }) {
    seen[user] = (seen[user] ?? 0) + 1;
    return [];
  },
  tick: () => [],
  save: () => JSON.stringify(seen),
  load: (saved) => {
    seen = JSON.parse(saved) as Record<string, number>;
  },
};
const places = await store.places();
const onNote = (note: string): void => void process.stdout.write(`note ${note}\n`);
const end = new AbortController();
process.once('SIGTERM', () => end.abort());
const follower = fileFollower(log, () => 0, {
  host: 'web1',
  place: places.find(({ source }) => source === log),
  from: 'start',
  once,
  now: Date.now,
  onNote,
});
// The first line takes long: patterns are made of the table of events then. It shall not be all that is ever killed.
lineTyper(() => 0, Date.now(), '', Date.now).take(
  Buffer.from('2026-11-24T00:00:00Z web1 sshd[7]: Invalid user x from 203.0.113.9 port 4022\n'),
  () => '',
);
process.stdout.write('started\n');
await watchLoop(
  {
    followers: [follower],
    store,
    mind: watchMind([counting], incidents()),
    sinks: [],
    once,
    saveMs: 120,
    now: Date.now,
    onNote,
  },
  end.signal,
);
await store.close();
