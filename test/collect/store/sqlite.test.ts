import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openStore } from '../../../src/collect/store/open.ts';
import { MIGRATIONS, migrate } from '../../../src/collect/store/schema.ts';
import { sqliteEngine } from '../../../src/collect/store/sqlite-engine.ts';
import { LookError, UsageError } from '../../../src/model/errors.ts';
import type { Batch, EventStore, Incident, WatchEvent } from '../../../src/model/watch.ts';

const folders: string[] = [];
const stores: EventStore[] = [];

function newPath(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-store-'));
  folders.push(folder);
  return path.join(folder, 'deep', 'store.db');
}

async function open(file = newPath(), use: 'write' | 'read' = 'write'): Promise<EventStore> {
  const store = await openStore(file, use);
  stores.push(store);
  return store;
}

afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const T0 = Date.UTC(2026, 10, 1);

function event(n: number, more: Partial<WatchEvent> = {}): WatchEvent {
  return {
    id: `web1 /var/log/auth.log 2049:${n * 110}`,
    at: T0 + n * 100,
    host: 'web1',
    type: 'sshd/failed-password',
    outcome: n % 3 === 0 ? 'accepted' : 'refused',
    user: `user${n % 7}`,
    from: `203.0.113.${n % 50}`,
    port: String(1024 + n),
    method: 'password',
    pid: 1000 + n,
    ...more,
  };
}

function batch(events: readonly WatchEvent[], cursor = String(events.length)): Batch {
  return { events, place: { source: 'journal', cursor }, lines: { all: events.length, unparsed: 0, other: 0 } };
}

const many = (from: number, to: number): WatchEvent[] => Array.from({ length: to - from }, (_, i) => event(from + i));

async function all(
  store: EventStore,
  question: Partial<Parameters<EventStore['events']>[0]> = {},
): Promise<WatchEvent[]> {
  const found: WatchEvent[] = [];
  for (;;) {
    const last = found.at(-1);
    const some = await store.events({ limit: 777, ...question, ...(last && { after: { at: last.at, id: last.id } }) });
    found.push(...some);
    if (some.length < 777) return found;
  }
}

const incident = (n: number, more: Partial<Incident> = {}): Incident => ({
  id: `i${n}`,
  state: 'open',
  opened: T0 + n,
  updated: T0 + n,
  urgency: 'notice',
  about: { user: 'root' },
  title: 'x',
  story: [],
  signals: [],
  causes: [],
  advice: [],
  ...more,
});

async function total(store: EventStore): Promise<number> {
  const counts = await store.counts({ since: 0, until: T0 * 2, stepMs: 3_600_000 });
  return counts.reduce((sum, { count }) => sum + count, 0);
}

describe('what is stored', () => {
  it('is given back as it was, oldest first, page by page', async () => {
    const store = await open();
    const events = many(0, 3000);
    const full = event(3000, {
      key: 'SHA256:abc',
      jail: 'sshd',
      detail: 'Bye "Bye" \'; drop table event; -- é😀',
      file: '/etc/ssh/sshd_config',
      forged: true,
    });
    await store.put(batch([...events.slice(1500), full, ...events.slice(0, 1500)]));
    expect(await all(store)).toEqual([...events, full]);
  });

  it('is the same when a batch, or a part of it, comes again', async () => {
    const store = await open();
    await store.put(batch(many(0, 100)));
    await store.put(batch(many(0, 100)));
    await store.put(batch([...many(50, 150), event(149)]));
    expect(await all(store)).toHaveLength(150);
    expect((await store.size()).events).toBe(150);
    expect(await total(store)).toBe(150);
  });

  it('moves the place with the events, or neither', async () => {
    const store = await open();
    await store.put(batch(many(0, 10), 'ten'));
    const bad = { ...event(11), host: Symbol('no text') as unknown as string };
    await expect(store.put(batch([event(10), bad], 'eleven'))).rejects.toThrow();
    expect(await store.places()).toEqual([{ source: 'journal', cursor: 'ten' }]);
    expect(await all(store)).toHaveLength(10);
    expect(await total(store)).toBe(10);
    await store.put(batch([event(10), event(11)], 'eleven'));
    expect(await store.places()).toEqual([{ source: 'journal', cursor: 'eleven' }]);
    expect(await all(store)).toEqual(many(0, 12));
  });

  it('is there after it was closed and opened again', async () => {
    const file = newPath();
    const store = await open(file);
    await store.put(batch(many(0, 100), 'c'));
    await store.remember('usual-hours', '{"a":1}');
    await store.putIncident(incident(1));
    await store.close();
    const again = await open(file);
    expect(await all(again)).toEqual(many(0, 100));
    expect(await again.places()).toEqual([{ source: 'journal', cursor: 'c' }]);
    expect(await again.memory('usual-hours')).toBe('{"a":1}');
    expect(await again.memory('other')).toBeUndefined();
    expect(await again.incidents({ since: 0 })).toEqual([incident(1)]);
  });

  it('stands hostile text', async () => {
    const store = await open();
    const hostile = ['\0', 'a\0b', '\ud800', "'); drop table event; --", '"', '\u202e', '😀'.repeat(2000), '%', ''];
    const events = hostile.map((text, n) =>
      event(n, { user: text, from: text, port: text, method: text, detail: text }),
    );
    await store.put(batch(events));
    const back = await all(store);
    expect(back.map(({ user }) => user)).toEqual([
      '\ufffd',
      'a\ufffdb',
      '\ufffd',
      ...hostile.slice(3, 6),
      '😀'.repeat(256),
      '%',
      '',
    ]);
    for (const { user, id } of events)
      expect((await store.events({ user: user ?? '', limit: 10 })).map((found) => found.id)).toContain(id);
  });

  it('cuts what is too long, and keeps long ids apart', async () => {
    const store = await open();
    const long = 'x'.repeat(1 << 20);
    await store.put(
      batch([event(1, { id: `${long}1`, detail: long, user: long }), event(1, { id: `${long}2`, port: '022' })]),
    );
    await store.put(batch([event(1, { id: `${long}1` })]));
    const back = await all(store);
    expect(back).toHaveLength(2);
    expect(back.map(({ port }) => port).sort()).toEqual(['022', '1025']);
    expect(JSON.stringify(back).length).toBeLessThan(8000);
  });

  it('keeps more different words than get a number', async () => {
    const store = await open();
    const events = many(0, 12_000).map((one, n) => ({ ...one, jail: `jail ${n}` }));
    await store.put(batch(events));
    expect(await all(store)).toEqual(events);
    expect(await all(store, { host: 'web1' })).toHaveLength(12_000);
  });
});

describe('questions', () => {
  it('are answered as a filter would', async () => {
    const store = await open();
    const events = many(0, 5000).map((one, n) => ({ ...one, host: `h${n % 2}`, at: T0 + (n % 40) * 7_000 + n }));
    await store.put(batch(events));
    const sorted = events.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
    const [since, until] = [T0 + 61_000, T0 + 200_500];
    const asked: [Partial<Parameters<EventStore['events']>[0]>, (one: WatchEvent) => boolean][] = [
      [{ since, until }, ({ at }) => at >= since && at < until],
      [{ user: 'user3' }, ({ user }) => user === 'user3'],
      [
        { user: 'user3', from: '203.0.113.9', since },
        ({ user, from, at }) => user === 'user3' && from === '203.0.113.9' && at >= since,
      ],
      [{ user: 'nobody' }, () => false],
      [{ host: 'h1', outcomes: ['accepted'] }, ({ host, outcome }) => host === 'h1' && outcome === 'accepted'],
      [{ outcomes: ['accepted', 'refused', 'none'], until }, ({ at }) => at < until],
      [{ outcomes: [] }, () => false],
      [{ host: 'h3' }, () => false],
    ];
    for (const [question, says] of asked) expect(await all(store, question)).toEqual(sorted.filter(says));
    expect(await store.events({ limit: 1_000_000 })).toHaveLength(5000);
    for (const limit of [0, -1, Number.NaN]) expect(await store.events({ limit })).toEqual([]);
  });

  it('are bounded', async () => {
    const store = await open();
    await store.put(batch(many(0, 12_000)));
    expect(await store.events({ limit: 1_000_000 })).toHaveLength(10_000);
  });

  it('count by step and outcome, in minutes and in less', async () => {
    const store = await open();
    const events = many(0, 3000);
    await store.put(batch(events));
    for (const stepMs of [60_000, 120_000, 3_600_000, 86_400_000, 7_000, 1]) {
      const expected = new Map<string, number>();
      for (const { at, outcome } of events) {
        const key = `${Math.floor(at / stepMs) * stepMs} ${outcome}`;
        expected.set(key, (expected.get(key) ?? 0) + 1);
      }
      const counts = await store.counts({ since: T0, until: T0 + 3_600_000, stepMs });
      expect(new Map(counts.map(({ at, outcome, count }) => [`${at} ${outcome}`, count]))).toEqual(expected);
    }
  });

  it('give incidents that changed since, by state', async () => {
    const store = await open();
    for (const n of [3, 1, 2]) await store.putIncident(incident(n));
    await store.putIncident(incident(2, { state: 'closed', updated: T0 + 9 }));
    expect((await store.incidents({ since: T0 + 2 })).map(({ id }) => id)).toEqual(['i3', 'i2']);
    expect((await store.incidents({ since: 0, state: 'open' })).map(({ id }) => id)).toEqual(['i1', 'i3']);
  });
});

describe('pruning', () => {
  it('takes away what is older; what was counted stays counted', async () => {
    const store = await open();
    await store.put(batch(many(0, 22_000)));
    await store.putIncident(incident(1, { state: 'closed', updated: T0 }));
    await store.putIncident(incident(2, { updated: T0 }));
    expect(await store.prune({ since: T0 + 1_500_050 })).toBe(15_001);
    expect(await all(store)).toEqual(many(15_001, 22_000));
    expect((await store.size()).events).toBe(6_999);
    expect(await total(store)).toBe(22_000);
    expect((await store.incidents({ since: 0 })).map(({ id }) => id)).toEqual(['i2']);
    expect(await all(store, { user: 'user1' })).toEqual(many(15_001, 22_000).filter(({ user }) => user === 'user1'));
    expect(await store.prune({ since: T0 + 1_500_050 })).toBe(0);
  });

  it('gives the space back, also while batches come in', async () => {
    const file = newPath();
    const store = await open(file);
    for (let n = 0; n < 40_000; n += 5000) await store.put(batch(many(n, n + 5000)));
    const before = (await store.size()).bytes;
    const pruning = store.prune({ since: 0, maxBytes: 1_000_000 });
    await store.put(batch(many(40_000, 40_100)));
    const gone = await pruning;
    const { events, bytes } = await store.size();
    expect(gone + events).toBe(40_100);
    expect(events).toBeGreaterThan(3_000);
    await store.close();
    expect(statSync(file).size).toBeLessThanOrEqual(1_000_000);
    expect(before).toBeGreaterThan(2_500_000);
    expect(bytes).toBeGreaterThan(0);
    const again = await open(file);
    expect(await all(again)).toEqual(many(40_100 - events, 40_100));
  });

  it('leaves late events to be found by name', async () => {
    const store = await open();
    await store.put(batch(many(0, 2000)));
    await store.prune({ since: T0 + 150_000 });
    const late = [event(3, { id: 'late' }), event(1400, { id: 'later' })];
    await store.put(batch(late));
    expect(await all(store, { user: 'user3', until: T0 + 1000 })).toEqual(late.slice(0, 1));
    expect((await all(store, { from: late[1]?.from ?? '' })).map(({ id }) => id)).toContain('later');
    expect(await store.prune({ since: T0 * 2 })).toBe(502);
    expect((await store.size()).events).toBe(0);
    await store.put(batch(many(0, 10)));
    expect(await all(store, { user: 'user3' })).toHaveLength(1);
  });

  it('ends when the store is closed meanwhile', async () => {
    const store = await open();
    await store.put(batch(many(0, 25_000)));
    const pruning = store.prune({ since: T0 * 2 });
    await Promise.resolve();
    await store.close();
    expect(await pruning).toBeLessThan(25_001);
    await expect(store.put(batch([]))).rejects.toThrow('is closed');
  });
});

describe('several at one store', () => {
  it('a second writer is told so; after the first it may', async () => {
    const file = newPath();
    const first = await open(file);
    await first.put(batch(many(0, 10)));
    await expect(open(file)).rejects.toThrow(/Another `sshwhy watch` writes to the store/);
    await first.close();
    expect(await all(await open(file))).toHaveLength(10);
  });

  it('a reader sees what is stored while it is open, and writes nothing', async () => {
    const file = newPath();
    const writer = await open(file);
    await writer.put(batch(many(0, 10)));
    const reader = await open(file, 'read');
    expect(await all(reader)).toEqual(many(0, 10));
    const next = many(10, 20).map((one) => ({ ...one, host: 'new host' }));
    await writer.put(batch(next));
    expect(await all(reader)).toEqual([...many(0, 10), ...next]);
    expect(await all(reader, { host: 'new host' })).toEqual(next);
    await expect(reader.put(batch(many(20, 30)))).rejects.toThrow('reading only');
    await expect(reader.prune({ since: T0 })).rejects.toThrow('reading only');
    await writer.close();
    expect(await all(reader)).toHaveLength(20);
    await reader.close();
    expect(await all(await open(file, 'read'))).toHaveLength(20);
  });

  it('the lock and what was acknowledged outlive a writer that is killed', async () => {
    const file = newPath();
    const writer = spawn(process.execPath, ['--import', 'tsx', path.join(import.meta.dirname, 'writer.ts'), file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    writer.stdout.on('data', (chunk) => {
      said += chunk;
    });
    while (said.split('\n').length < 4) await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(open(file)).rejects.toThrow('writes to the store');
    writer.kill('SIGKILL');
    await once(writer, 'close');
    const acknowledged = Number(said.trimEnd().split('\n').at(-1));
    const store = await open(file);
    const { events } = await store.size();
    expect([acknowledged, acknowledged + 1000]).toContain(events);
    expect(await store.places()).toEqual([{ source: 'journal', cursor: String(events) }]);
    expect(await all(store)).toHaveLength(events);
    expect(await total(store)).toBe(events);
  });
});

describe('a store that is none', () => {
  const fails = async (file: string, use: 'write' | 'read', says: RegExp): Promise<void> => {
    const before = readFileSync(file);
    await expect(open(file, use)).rejects.toThrow(LookError);
    await expect(open(file, use)).rejects.toThrow(says);
    expect(readFileSync(file).equals(before)).toBe(true);
  };

  it('is left as it is, with what to do', async () => {
    const file = path.join(path.dirname(path.dirname(newPath())), 'x.db');
    writeFileSync(file, 'This is a letter to my mother. '.repeat(500));
    for (const use of ['write', 'read'] as const)
      await fails(file, use, /is no store, or damaged.*Nothing was changed/s);
  });

  it('of another program, or of a later version, is left as it is', async () => {
    const file = path.join(path.dirname(path.dirname(newPath())), 'x.db');
    const engine = await sqliteEngine();
    const other = engine.open(file);
    other.exec('create table letters (text)');
    other.close();
    for (const use of ['write', 'read'] as const) await fails(file, use, /is the database of another program/);
    rmSync(file);
    await (await openStore(file)).close();
    const later = engine.open(file);
    later.exec(`pragma user_version = ${MIGRATIONS.length + 1}; pragma wal_checkpoint(truncate)`);
    later.close();
    await fails(file, 'write', /made by a later sshwhy/);
  });

  it('that lost its end says so at the latest when that is read', async () => {
    const file = newPath();
    const store = await open(file);
    await store.put(batch(many(0, 20_000)));
    await store.close();
    truncateSync(file, 300_000);
    const damaged = await open(file, 'read').catch((error: unknown) => error as Error);
    const error = damaged instanceof Error ? damaged : await all(damaged).catch((e: unknown) => e as Error);
    expect(error).toBeInstanceOf(LookError);
    expect((error as Error).message).toMatch(/is damaged .*Move it away/s);
  });

  it('is not there for a reader, and cannot be made in a file', async () => {
    const file = newPath();
    await expect(open(file, 'read')).rejects.toThrow('There is no store at');
    const under = path.join(import.meta.filename, 'store.db');
    await expect(open(under)).rejects.toThrow(/cannot be made/);
    await expect(open('redis://127.0.0.1')).rejects.toThrow(UsageError);
  });

  it('is for its owner alone', async () => {
    const file = newPath();
    const store = await open(file);
    await store.put(batch(many(0, 10)));
    for (const end of ['', '-wal', '-shm', '-lock']) expect(statSync(file + end).mode & 0o077).toBe(0);
  });
});

it('an earlier version is brought up to date, each step whole or not at all', async () => {
  const engine = await sqliteEngine();
  const db = engine.open(':memory:');
  migrate(db, 'x', ['create table a (n)']);
  expect(() => migrate(db, 'x', ['', 'create table b (n)', 'create table c (n); nonsense'])).toThrow('nonsense');
  const tables = (): unknown[] =>
    db
      .prepare('select name from sqlite_master order by 1')
      .all()
      .map((row) => row['name']);
  expect(tables()).toEqual(['a', 'b']);
  migrate(db, 'x', ['', '', 'create table c (n)']);
  expect(tables()).toEqual(['a', 'b', 'c']);
  db.close();
});
