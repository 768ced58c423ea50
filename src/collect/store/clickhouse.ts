import type { EventQuestion, EventStore, Incident, WatchEvent } from '../../model/watch.ts';
import { type Clickhouse, clickhousePlace, openClickhouse } from './clickhouse-connection.ts';
import { pruned } from './clickhouse-prune.ts';
import { COLUMNS, eventOf, quoted, rowOf, whole, whole64 } from './clickhouse-sql.ts';

const DAY = 86_400_000;
/** Current releases refuse a block of rows for more than 100 partitions. */
const DAYS_AT_ONCE = 50;
/** Above this, the size counts the rows that are on the disk, doubles included: collapsing them takes minutes. */
const COUNTED_EXACTLY = 20_000_000;

/**
 * Events and incidents in a ClickHouse, 18.16 or later; several processes may share it. `where` is as `clickhousePlace` reads
 * it. There are no transactions: a batch's place is written after its events, so that a crash between the two stores the
 * events again, which changes nothing. Whether what was acknowledged outlives a loss of power is the server's business
 * (`fsync_after_insert`, replicas). @throws UsageError, LookError
 */
export async function clickhouseStore(where: string): Promise<EventStore> {
  const db = await openClickhouse(clickhousePlace(where));
  const version = versions();
  const note = (kind: string, name: string, body: string): Promise<void> =>
    db.insert('notes', [{ kind, name: whole(name), body: whole(body), version: version() }]);
  const noted = async (kind: string, name?: string) =>
    await db.ask(
      `SELECT name, body FROM notes FINAL WHERE kind = ${quoted(kind)}${name === undefined ? '' : ` AND name = ${quoted(name)}`} ORDER BY name LIMIT 10000`,
    );
  const floor = floorOf(noted);
  return {
    async put({ events, place }) {
      for (const part of byDays(events)) await db.insert('events', part.map(rowOf));
      await note('place', place.source, place.cursor);
    },
    async putIncident(incident) {
      const { id, state, updated } = incident;
      await db.insert('incidents', [{ id, state, updated, body: JSON.stringify(incident), version: version() }]);
    },
    places: async () =>
      (await noted('place')).map(({ name, body }) => ({ source: String(name), cursor: String(body) })),
    events: async (question) => (await db.ask(eventsSql(question, await floor()))).map(eventOf),
    async counts({ since, until, stepMs }) {
      const step = whole64(Math.max(stepMs, 1));
      const from = whole64(Math.max(since, await floor()));
      const rows = await db.ask(
        `SELECT intDiv(at, ${step}) * ${step} AS step, outcome, count() AS n FROM events FINAL
         WHERE at >= ${from} AND at < ${whole64(until)} GROUP BY step, outcome ORDER BY step, outcome LIMIT 100000`,
      );
      return rows.map((row) => ({ at: Number(row['step']), outcome: String(row['outcome']), count: Number(row['n']) }));
    },
    async span() {
      const from = whole64(await floor());
      const [row] = await db.ask(
        `SELECT min(at) AS first, max(at) AS last, count() AS n FROM events WHERE at >= ${from}`,
      );
      if (row === undefined || Number(row['n']) === 0) return undefined;
      const first = Number(row['first']);
      return { counted: first, first, last: Number(row['last']) };
    },
    async incidents({ since, state, id }) {
      const rows = await db.ask(
        `SELECT body FROM incidents FINAL WHERE updated >= ${whole64(since)}
         ${state === undefined ? '' : `AND state = ${quoted(state)}`} ${id === undefined ? '' : `AND id = ${quoted(id)}`} ORDER BY updated, id LIMIT 10000`,
      );
      return rows.map(({ body }) => JSON.parse(String(body)) as Incident);
    },
    async memory(name) {
      const [row] = await noted('memory', name);
      return row === undefined ? undefined : String(row['body']);
    },
    remember: (name, value) => note('memory', name, value),
    async prune(keep) {
      const gone = await pruned(db, keep, await floor(0));
      await note('floor', '', whole64(Math.max(keep.since, await floor(0))));
      await floor(0);
      return gone;
    },
    size: async () => sizeOf(db, await floor()),
    close: () => db.close(),
  };
}

function eventsSql(question: EventQuestion, floor: number): string {
  const { since, until, after, user, from, host, outcomes, limit } = question;
  const is = (name: string, value: string | undefined): string[] =>
    value === undefined ? [] : [`${name} = ${quoted(value)}`];
  const where = [
    `at >= ${whole64(Math.max(since ?? floor, floor, after?.at ?? floor))}`,
    ...(until === undefined ? [] : [`at < ${whole64(until)}`]),
    ...(after === undefined ? [] : [`(at > ${whole64(after.at)} OR id > ${quoted(after.id)})`]),
    ...is('user', user),
    ...is('`from`', from),
    ...is('host', host),
    ...(outcomes === undefined
      ? []
      : [outcomes.length === 0 ? '0' : `outcome IN (${outcomes.map(quoted).join(', ')})`]),
  ];
  const rows = whole64(Math.min(Math.max(limit, 0), 10_000));
  return `SELECT ${COLUMNS} FROM events FINAL WHERE ${where.join(' AND ')} ORDER BY at, id LIMIT ${rows}`;
}

async function sizeOf(db: Clickhouse, floor: number): Promise<{ readonly events: number; readonly bytes: number }> {
  const [parts] = await db.ask(
    `SELECT sum(rows) AS n, sum(bytes_on_disk) AS bytes FROM system.parts
     WHERE active AND database = currentDatabase() AND table = 'events'`,
  );
  const [rows, bytes] = [Number(parts?.['n'] ?? 0), Number(parts?.['bytes'] ?? 0)];
  if (rows > COUNTED_EXACTLY) return { events: rows, bytes };
  const [exact] = await db.ask(`SELECT count() AS n FROM events FINAL WHERE at >= ${whole64(floor)}`);
  return { events: Number(exact?.['n'] ?? 0), bytes };
}

/** What is older than this was pruned, though its day may still be on the disk. Others prune as well: read again every 10 s. */
function floorOf(
  noted: (kind: string) => Promise<readonly Readonly<Record<string, unknown>>[]>,
): (age?: number) => Promise<number> {
  let [value, read] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return async (age = 10_000) => {
    if (performance.now() - read < age) return value;
    const [row] = await noted('floor');
    [value, read] = [row === undefined ? Number.NEGATIVE_INFINITY : Number(row['body']), performance.now()];
    return value;
  };
}

/** The later writing wins: microseconds of the clock, and never the same or less twice. */
function versions(): () => number {
  let last = 0;
  return () => (last = Math.max(last + 1, Date.now() * 1000));
}

/** Groups of at most so many days. */
function* byDays(events: readonly WatchEvent[]): Generator<readonly WatchEvent[]> {
  const days = new Map<number, WatchEvent[]>();
  for (const event of events) {
    const day = Math.floor(event.at / DAY);
    const others = days.get(day);
    if (others === undefined) days.set(day, [event]);
    else others.push(event);
  }
  const groups = [...days.values()];
  for (let from = 0; from < groups.length; from += DAYS_AT_ONCE) yield groups.slice(from, from + DAYS_AT_ONCE).flat();
}
