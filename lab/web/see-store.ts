import { batches, START } from '../../bench/watch-events.ts';
import { watchMind } from '../../src/app/watch-mind.ts';
import { openStore } from '../../src/collect/store/open.ts';
import type { Batch, EventStore, WatchEvent } from '../../src/model/watch.ts';
import { attempts } from '../../src/reason/watch/attempts.ts';
import { detectors } from '../../src/reason/watch/detectors.ts';
import { incidents } from '../../src/reason/watch/incidents.ts';

/** What a peer may call itself: markup, a script, an order to turn the line around, a colour of a terminal. */
export const HOSTILE = '<img src=x onerror=alert(1)>\u202e\u001b[31m';
export const HOSTILE_FROM = '203.0.113.66';
const MONTH = 30 * 86_400_000;

/** `count` events of a month, as the reader of logs makes them, with bans, restarts and one break-in among them. Returns when it ends. */
export async function monthOfEvents(file: string, count: number, user: string): Promise<number> {
  const store = await openStore(file);
  const made = batches(5000);
  let n = 0;
  for (let second = 0; n < count; second++) {
    const batch = made(second);
    const events = batch.events
      .slice(0, count - n)
      .map((event) => ({ ...event, at: START + Math.floor((n++ * MONTH) / count) }));
    await store.put({ ...batch, events });
  }
  await breakIn(store, START + MONTH, user);
  await store.close();
  return START + MONTH;
}

/** Guessing that ends in a login, a ban of it, and a change of the configuration before: what the detectors make of it too. */
async function breakIn(store: EventStore, end: number, user: string): Promise<void> {
  const begin = end - 3_600_000;
  const event = (n: number, at: number, more: Partial<WatchEvent>): WatchEvent => ({
    id: `breakin:${String(n).padStart(6, '0')}`,
    at,
    host: 'web1',
    type: 'sshd/failed-password',
    outcome: 'refused',
    ...more,
  });
  const peer = { from: HOSTILE_FROM, port: '40022', user, method: 'password' };
  const events = [
    event(1, begin, { type: 'sshd/restarting', outcome: 'daemon' }),
    event(2, begin + 500, { type: 'sshd/listening', outcome: 'daemon' }),
    ...Array.from({ length: 60 }, (_, k) => event(10 + k, begin + 60_000 + k * 2000, { ...peer, pid: 9000 + k })),
    event(100, begin + 190_000, { ...peer, type: 'sshd/accepted', outcome: 'in', pid: 9100 }),
    event(101, begin + 200_000, { from: HOSTILE_FROM, type: 'fail2ban/ban', outcome: 'ban', jail: 'sshd' }),
  ];
  await store.put(batchOf(events));
  const shared = attempts();
  const mind = watchMind(detectors(shared), incidents(shared));
  for (const one of events) mind.see(one);
  mind.tick(end, { lines: events.length, unparsed: 0 });
  for (const { incident } of mind.drain().changes) await store.putIncident(incident);
}

export const batchOf = (events: readonly WatchEvent[]): Batch => ({
  events,
  place: { source: '/var/log/auth.log', cursor: `${events.at(-1)?.id}` },
  lines: { all: events.length, unparsed: 0, other: 0 },
});
