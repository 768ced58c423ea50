/** Stands one candidate for the store behind the same few questions; runs in a process of its own for `bench/store.ts`. */
import { createRequire } from 'node:module';
import { sqliteStore } from '../src/collect/store/sqlite.ts';
import { type Database, type Engine, type Row, sqliteEngine } from '../src/collect/store/sqlite-engine.ts';
import type { Batch, Place } from '../src/model/watch.ts';

export interface Subject {
  put(batch: Batch): Promise<void>;
  place(): Promise<Place | undefined>;
  count(): Promise<number>;
  /** Numbers of rows of the answers. */
  ofUser(user: string, since: number, until: number): Promise<number>;
  perMinute(since: number, until: number): Promise<number>;
  page(since: number): Promise<number>;
  close(): Promise<void>;
}

type Value = string | number | null;

/** What better-sqlite3 and libsql give; node-sqlite3-wasm takes the values as a list. */
interface LikeBetter {
  exec(sql: string): void;
  prepare(sql: string): {
    run(...values: unknown[]): { changes: number };
    get(...values: unknown[]): Row | undefined | null;
    all(...values: unknown[]): Row[];
  };
  close(): void;
}

function adapted(db: LikeBetter, listed: boolean): Database {
  const given = (values: readonly Value[]): unknown[] => (listed ? [values] : [...values]);
  return {
    exec: (sql) => void db.exec(sql),
    prepare: (sql) => {
      const statement = db.prepare(sql);
      return {
        run: (...values) => statement.run(...given(values)),
        get: (...values) => statement.get(...given(values)) ?? undefined,
        all: (...values) => statement.all(...given(values)),
      };
    },
    close: () => db.close(),
  };
}

async function engineOf(name: string, folder: string): Promise<Engine> {
  const load = createRequire(`${folder}/x.js`);
  if (name === 'node:sqlite') return sqliteEngine('node:sqlite');
  if (name === '@photostructure/sqlite') {
    const { DatabaseSync } = load(name);
    return { name, open: (path, options) => new DatabaseSync(path, options ?? {}) };
  }
  if (name === 'node-sqlite3-wasm') {
    const { Database: Wasm } = load(name);
    return { name, open: (path, options) => adapted(new Wasm(path, options), true) };
  }
  const Better = load(name);
  return { name, open: (path, options) => adapted(new Better(path, { readonly: options?.readOnly ?? false }), false) };
}

async function sqliteSubject(name: string, folder: string, file: string, use: 'write' | 'read'): Promise<Subject> {
  const store = await sqliteStore(file, { use, engine: await engineOf(name, folder) });
  return {
    put: (batch) => store.put(batch),
    place: async () => (await store.places())[0],
    count: async () => (await store.size()).events,
    ofUser: async (user, since, until) => (await store.events({ user, since, until, limit: 10_000 })).length,
    perMinute: async (since, until) => (await store.counts({ since, until, stepMs: 60_000 })).length,
    page: async (since) => (await store.events({ since, limit: 10_000 })).length,
    close: () => store.close(),
  };
}

const TEXT = [
  'id',
  'host',
  'type',
  'outcome',
  'user',
  'from',
  'port',
  'method',
  'key',
  'jail',
  'detail',
  'file',
] as const;

interface DuckConnection {
  run(sql: string, values?: unknown[]): Promise<unknown>;
  runAndReadAll(sql: string, values?: unknown[]): Promise<{ getRowsJS(): unknown[][] }>;
  createAppender(table: string): Promise<{
    appendVarchar(value: string): void;
    appendBigInt(value: bigint): void;
    appendInteger(value: number): void;
    appendNull(): void;
    endRow(): void;
    closeSync(): void;
  }>;
}

/** The same in DuckDB: columns as they are, the id unique, batches by its appender and one statement. */
async function duckSubject(folder: string, file: string, use: 'write' | 'read'): Promise<Subject> {
  const { DuckDBInstance } = createRequire(`${folder}/x.js`)('@duckdb/node-api');
  const instance = await DuckDBInstance.create(file, {
    memory_limit: '512MB',
    ...(use === 'read' ? { access_mode: 'READ_ONLY' } : {}),
  });
  const db: DuckConnection = await instance.connect();
  const columns = `"at" bigint, ${TEXT.map((name) => `"${name}" varchar`).join(', ')}, pid integer`;
  if (use === 'write') {
    await db.run(`create table if not exists event (${columns}, primary key (id))`);
    await db.run('create table if not exists place (source varchar primary key, cursor varchar)');
    await db.run(`create temp table fresh (${columns})`);
  }
  const rows = async (sql: string, ...values: unknown[]): Promise<unknown[][]> =>
    (await db.runAndReadAll(sql, values)).getRowsJS();
  const number = async (sql: string): Promise<number> => Number((await rows(sql))[0]?.[0] ?? 0);
  return {
    async put({ events, place }) {
      await db.run('begin');
      const appender = await db.createAppender('fresh');
      for (const event of events) {
        appender.appendBigInt(BigInt(event.at));
        for (const name of TEXT) {
          const value = event[name];
          if (value === undefined) appender.appendNull();
          else appender.appendVarchar(value);
        }
        if (event.pid === undefined) appender.appendNull();
        else appender.appendInteger(event.pid);
        appender.endRow();
      }
      appender.closeSync();
      await db.run('insert or ignore into event select * from fresh');
      await db.run('truncate fresh');
      await db.run('insert or replace into place values ($1, $2)', [place.source, place.cursor]);
      await db.run('commit');
    },
    place: async () => {
      const [row] = await rows('select source, cursor from place');
      return row && { source: String(row[0]), cursor: String(row[1]) };
    },
    count: () => number('select count(*) from event'),
    ofUser: async (user, since, until) =>
      (
        await rows(
          `select * from event where "user" = $1 and "at" >= ${since} and "at" < ${until} order by "at", id limit 10000`,
          user,
        )
      ).length,
    perMinute: async (since, until) =>
      (
        await rows(
          `select "at" // 60000, outcome, count(*) from event where "at" >= ${since} and "at" < ${until} group by 1, 2 order by 1, 2`,
        )
      ).length,
    page: async (since) =>
      (await rows(`select * from event where "at" >= ${since} order by "at", id limit 10000`)).length,
    close: async () => instance.closeSync(),
  };
}

/** @param folder where the package is installed. */
export function subject(name: string, folder: string, file: string, use: 'write' | 'read' = 'write'): Promise<Subject> {
  return name === '@duckdb/node-api' ? duckSubject(folder, file, use) : sqliteSubject(name, folder, file, use);
}
