import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askEvents, askTimeline } from '../../../src/app/see/timeline.ts';
import { openStore } from '../../../src/collect/store/open.ts';
import type { EventStore, WatchEvent } from '../../../src/model/watch.ts';

const START = Date.UTC(2026, 10, 1, 0, 0, 13);
const folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-see-'));
let store: EventStore;
/** 30,000 events that come in bursts with hours of silence between. */
const events: readonly WatchEvent[] = Array.from({ length: 30_000 }, (_, n) => ({
  id: `e:${String(n).padStart(6, '0')}`,
  at: START + Math.floor(n / 5000) * 7_200_000 + (n % 5000) * 11,
  host: 'web1',
  type: n % 10 === 0 ? 'sshd/accepted' : 'sshd/failed-password',
  outcome: n % 10 === 0 ? 'in' : 'refused',
  user: n % 7 === 0 ? 'root' : 'alice',
}));

beforeAll(async () => {
  store = await openStore(path.join(folder, 'watch.db'));
  await store.put({ events, place: { source: 's', cursor: 'c' }, lines: { all: 0, unparsed: 0, other: 0 } });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

it('counts each event once, in at most as many steps as there is room for', async () => {
  for (const most of [1, 10, 100, 1000]) {
    const { at, counts, stepMs } = await askTimeline(store, { most });
    expect(at.length).toBeLessThanOrEqual(most + 1);
    expect(stepMs % 1000).toBe(0);
    expect(counts.in.reduce((a, b) => a + b, 0)).toBe(3000);
    expect(counts.refused.reduce((a, b) => a + b, 0)).toBe(27_000);
  }
});

it('begins anywhere in the list, as counting from its beginning does', async () => {
  const question = { since: Math.floor(START / 60_000) * 60_000, until: Number.MAX_SAFE_INTEGER, limit: 3 };
  for (const skip of [0, 1, 1499, 1501, 4999, 5000, 12_345, 29_998, 30_000])
    expect([skip, await askEvents(store, { ...question, skip })]).toEqual([skip, events.slice(skip, skip + 3)]);
  const logins = events.filter(({ outcome }) => outcome === 'in');
  for (const skip of [0, 1700, 2999])
    expect(await askEvents(store, { ...question, kinds: ['in'], skip })).toEqual(logins.slice(skip, skip + 3));
  // Within a minute, as the steps of a narrow range begin.
  const since = START + 2000;
  const later = events.filter(({ at }) => at >= since);
  for (const skip of [0, 2000, 4900, 20_000])
    expect([skip, await askEvents(store, { ...question, since, skip })]).toEqual([skip, later.slice(skip, skip + 3)]);
});

it('one user is gone through page by page', async () => {
  const mine = events.filter(({ user }) => user === 'root');
  const question = { since: 0, until: Number.MAX_SAFE_INTEGER, user: 'root', limit: 500 };
  const seen: WatchEvent[] = [];
  for (let page = await askEvents(store, question); page.length > 0; ) {
    seen.push(...page);
    const last = seen.at(-1) as WatchEvent;
    page = await askEvents(store, { ...question, after: { at: last.at, id: last.id } });
  }
  expect(seen).toEqual(mine);
});

it('tells the numbers of pruned events, and of those that are kept apart from them', async () => {
  const edge = START + 2 * 7_200_000 + 30_000;
  await store.prune({ since: edge });
  const kept = events.filter(({ at }) => at >= Math.ceil(edge / 60_000) * 60_000);
  const answer = await askTimeline(store, { most: 10 });
  expect(answer.span?.counted).toBeLessThan(answer.span?.first ?? 0);
  expect(answer.counts.in.reduce((a, b) => a + b, 0)).toBe(3000);
  const step = answer.at.findLastIndex((at) => at <= (answer.kept?.since ?? 0));
  const after = answer.counts.in.slice(step + 1).reduce((a, b) => a + b, 0);
  expect((answer.kept?.counts.in ?? 0) + after).toBe(kept.filter(({ outcome }) => outcome === 'in').length);
});
