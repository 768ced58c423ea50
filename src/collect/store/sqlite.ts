import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import path from 'node:path';
import { LookError } from '../../model/errors.ts';
import type { Batch, EventStore, Incident } from '../../model/watch.ts';
import { LOCK, lockStore } from './lock.ts';
import { pruneStore } from './prune.ts';
import { askCounts, askEvents, askSpan, MINUTE, namesOf } from './questions.ts';
import { COLUMNS, storable, valuesOf, words as wordsOf } from './rows.ts';
import { migrate, mustBePresent, numberOf } from './schema.ts';
import { type Database, type Engine, isFull, sqliteEngine, storeError } from './sqlite-engine.ts';

/** Pairs of minute and name that were written of late and need not be again. */
const MOST_RECENT = 100_000;
const MOST_INCIDENTS = 1_000;
const WHOLE = Number.POSITIVE_INFINITY;

export interface StoreOptions {
  /** A reader sees what the writer has stored so far, and changes nothing. */
  readonly use: 'write' | 'read';
  /** Undefined: the one that is there. */
  readonly engine?: Engine;
}

/**
 * The store in one file of SQLite (with `-wal`, `-shm` and `-lock` beside it), for its owner alone. One process writes; others read
 * at the same time.
 * @throws LookError when it cannot be opened, is damaged, or another process writes to it.
 */
export async function sqliteStore(
  file: string,
  { use, engine: given }: StoreOptions = { use: 'write' },
): Promise<EventStore> {
  const engine = given ?? (await sqliteEngine());
  const guard = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw storeError(file, error);
    }
  };
  const unlock = guard(() => (use === 'write' ? makeAndLock(engine, file) : () => {}));
  try {
    return guard(() =>
      storeOf(
        guard(() => openDatabase(engine, file, use)),
        file,
        use,
        unlock,
      ),
    );
  } catch (error) {
    unlock();
    throw error;
  }
}

function makeAndLock(engine: Engine, file: string): () => void {
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    // SQLite gives its other files the mode of the first.
    for (const one of [file, file + LOCK]) closeSync(openSync(one, 'a', 0o600));
  } catch (error) {
    throw new LookError(`The store ${file} cannot be made (${(error as Error).message}).`);
  }
  return lockStore(engine, file);
}

function openDatabase(engine: Engine, file: string, use: StoreOptions['use']): Database {
  if (use === 'read') {
    try {
      statSync(file);
    } catch {
      throw new LookError(`There is no store at ${file} yet: \`sshwhy watch\` makes it.`);
    }
  }
  const db = engine.open(file, { readOnly: use === 'read' });
  try {
    db.exec('pragma busy_timeout = 5000; pragma cache_size = -32000; pragma temp_store = memory');
    if (use === 'read') {
      mustBePresent(db, file);
      return db;
    }
    // Only of effect before the first table; that it is another program's is said before anything is changed.
    if (numberOf(db, 'select count(*) from sqlite_master') === 0) db.exec('pragma auto_vacuum = incremental');
    migrate(db, file);
    // A commit survives the end of the process. After a power failure the last ones may be missing whole, events together with
    // places, and are read again from the logs: so there is no need to wait for the disk each time.
    db.exec(
      'pragma journal_mode = wal; pragma synchronous = normal; pragma wal_autocheckpoint = 4000; pragma journal_size_limit = 33554432',
    );
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function storeOf(db: Database, file: string, use: StoreOptions['use'], unlock: () => void): EventStore {
  const words = wordsOf(db);
  let closed = false;
  const recent = new Set<string>();
  const question = <T>(act: () => Promise<T> | T): Promise<T> =>
    Promise.resolve()
      .then(() => {
        if (closed) throw new LookError(`The store ${file} is closed.`);
        return act();
      })
      .catch((error: unknown) => {
        throw storeError(file, error);
      });
  const transaction = (change: () => void): void => {
    db.exec('begin immediate');
    try {
      change();
      db.exec('commit');
    } catch (error) {
      // After a full disk SQLite has taken it back itself.
      quietly(db, 'rollback');
      // What the log beside the database holds goes where it belongs, which leaves room for the next try: pruning needs some.
      if (isFull(error)) quietly(db, 'pragma wal_checkpoint(truncate)');
      recent.clear();
      words.reload();
      throw error;
    }
  };
  const writing = <T>(act: () => Promise<T> | T): Promise<T> =>
    question(() => {
      if (use === 'read') throw new LookError(`The store ${file} was opened for reading only.`);
      return act();
    });
  const put = use === 'write' ? putter(db, words, recent) : () => {};
  const remember = (sql: string, ...values: (string | number)[]): Promise<void> =>
    writing(() => transaction(() => void db.prepare(sql).run(...values)));
  return {
    put: (batch) => writing(() => transaction(() => put(batch))),
    putIncident: (incident) =>
      remember(
        'insert or replace into incident (id, state, opened, updated, json) values (?, ?, ?, ?, ?)',
        storable(incident.id),
        incident.state,
        Math.trunc(incident.opened),
        Math.trunc(incident.updated),
        JSON.stringify(incident),
      ),
    places: () =>
      question(() =>
        db
          .prepare('select source, cursor from place order by source')
          .all()
          .map((row) => ({ source: String(row['source']), cursor: String(row['cursor']) })),
      ),
    events: (asked) => question(() => askEvents(db, words, asked)),
    counts: (asked) => question(() => askCounts(db, words, asked)),
    span: () => question(() => askSpan(db)),
    incidents: ({ since, state, id }) =>
      question(() =>
        db
          .prepare(
            `select json from incident where updated >= ? and (?2 is null or state = ?2) and (?3 is null or id = ?3) order by updated desc limit ${MOST_INCIDENTS}`,
          )
          .all(since, state ?? null, id === undefined ? null : storable(id))
          .map((row) => JSON.parse(String(row['json'])) as Incident)
          .reverse(),
      ),
    memory: (name) =>
      question(() => {
        const value = db.prepare('select value from memory where name = ?').get(storable(name))?.['value'];
        return value === undefined ? undefined : String(value);
      }),
    remember: (name, value) =>
      remember('insert or replace into memory (name, value) values (?, ?)', storable(name), storable(value, WHOLE)),
    prune: (keep) =>
      writing(() => pruneStore({ db, transaction, forgetNames: () => recent.clear(), closed: () => closed }, keep)),
    size: () =>
      question(() => ({
        events: numberOf(db, "select value from number where name = 'events'"),
        bytes: ['', '-wal']
          .map((end) => statSync(file + end, { throwIfNoEntry: false })?.size ?? 0)
          .reduce((a, b) => a + b),
      })),
    close: async () => {
      if (closed) return;
      closed = true;
      // One of the engines leaves that to the collection of garbage.
      if (use === 'write') quietly(db, 'pragma wal_checkpoint(truncate)');
      db.close();
      unlock();
    },
  };
}

/** What may fail, and then is done the next time. */
function quietly(db: Database, sql: string): void {
  try {
    db.exec(sql);
  } catch {}
}

/** What stores a batch, inside of a transaction. */
function putter(db: Database, words: ReturnType<typeof wordsOf>, recent: Set<string>): (batch: Batch) => void {
  const insert = db.prepare(`insert or ignore into event (${COLUMNS}) values (${COLUMNS.replaceAll(/\w+/g, '?')})`);
  const name = db.prepare('insert or ignore into named (minute, name) values (?, ?)');
  const tally = db.prepare(
    'insert into tally (minute, outcome, count) values (?, ?, ?) on conflict do update set count = count + excluded.count',
  );
  const count = db.prepare("update number set value = value + ? where name = 'events'");
  const place = db.prepare('insert or replace into place (source, cursor) values (?, ?)');
  return ({ events, place: { source, cursor } }) => {
    const sums = new Map<string, { minute: number; outcome: string | number; count: number }>();
    let stored = 0;
    for (const event of events) {
      const values = valuesOf(event, words);
      if (Number(insert.run(...values).changes) === 0) continue;
      stored += 1;
      const minute = Math.floor(Number(values[0]) / MINUTE);
      const outcome = words.encode(event.outcome);
      const sum = sums.get(`${minute} ${outcome}`);
      if (sum === undefined) sums.set(`${minute} ${outcome}`, { minute, outcome, count: 1 });
      else sum.count += 1;
      for (const named of namesOf(event)) {
        const pair = `${minute} ${named}`;
        if (recent.has(pair)) continue;
        name.run(minute, named);
        if (recent.size >= MOST_RECENT) recent.clear();
        recent.add(pair);
      }
    }
    for (const sum of sums.values()) tally.run(sum.minute, sum.outcome, sum.count);
    if (stored > 0) count.run(stored);
    // Never cut: half a place leads nowhere.
    place.run(storable(source, WHOLE), storable(cursor, WHOLE));
  };
}
