import type { WatchEvent } from '../../model/watch.ts';

/**
 * The SQL keeps to what 18.16 (Debian 12) and current releases both take: no LowCardinality, codecs, TTL clauses, window
 * functions or query parameters (`{name:Type}` came with 19.x, which is why `quoted` is here). FINAL and tuples are old.
 *
 * Doubles: ReplacingMergeTree drops rows with the same key when parts are merged, some time later; FINAL does it while
 * reading, so no question ever shows one. The key holds time and id, in this order, so that a question about a span of
 * time reads that span alone. An event that is stored again has both again.
 *
 * Days since the epoch make the partitions, by integers alone, so that no time zone of a server has a say in it, and
 * retention is the dropping of a day.
 */
export const TABLES: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS events (id String, at Int64, host String, type String, outcome String,
    user Nullable(String), \`from\` Nullable(String), port Nullable(String), method Nullable(String), key Nullable(String),
    jail Nullable(String), detail Nullable(String), file Nullable(String), pid Nullable(Int64), forged UInt8)
    ENGINE = ReplacingMergeTree() PARTITION BY intDiv(at, 86400000) ORDER BY (at, id)`,
  `CREATE TABLE IF NOT EXISTS incidents (id String, state String, updated Int64, body String, version UInt64)
    ENGINE = ReplacingMergeTree(version) ORDER BY id`,
  `CREATE TABLE IF NOT EXISTS notes (kind String, name String, body String, version UInt64)
    ENGINE = ReplacingMergeTree(version) ORDER BY (kind, name)`,
];

export const COLUMNS = 'id, at, host, type, outcome, user, `from`, port, method, key, jail, detail, file, pid, forged';

const OPTIONAL = ['user', 'from', 'port', 'method', 'key', 'jail', 'detail', 'file'] as const;

export type Row = Readonly<Record<string, string | number | null>>;

/** What its parser of JSON refuses: half of a surrogate pair, e.g. of a name that was cut in two. */
export const whole = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');

export function rowOf(event: WatchEvent): Row {
  const row: Record<string, string | number | null> = {
    id: whole(event.id),
    at: Math.trunc(event.at),
    host: whole(event.host),
    type: whole(event.type),
    outcome: whole(event.outcome),
    pid: event.pid ?? null,
    forged: event.forged ? 1 : 0,
  };
  for (const name of OPTIONAL) {
    const value = event[name];
    row[name] = value === undefined ? null : whole(value);
  }
  return row;
}

/** 64-bit numbers come as strings or as numbers, by the settings of the server. */
export function eventOf(row: Row): WatchEvent {
  const optional = OPTIONAL.flatMap((name) =>
    row[name] === null || row[name] === undefined ? [] : [[name, row[name]]],
  );
  return {
    id: String(row['id']),
    at: Number(row['at']),
    host: String(row['host']),
    type: String(row['type']),
    outcome: String(row['outcome']),
    ...Object.fromEntries(optional),
    ...(row['pid'] === null || row['pid'] === undefined ? {} : { pid: Number(row['pid']) }),
    ...(Number(row['forged']) === 1 ? { forged: true } : {}),
  };
}

const ESCAPED: Readonly<Record<string, string>> = {
  "'": "\\'",
  '\\': '\\\\',
  '\0': '\\0',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** A literal of text. Source: https://clickhouse.com/docs/sql-reference/syntax, String. */
export function quoted(text: string): string {
  return `'${whole(text).replace(/['\\\0\n\r\t]/g, (one) => ESCAPED[one] ?? one)}'`;
}

/** A whole number, or nothing that the server would take for something else. */
export function whole64(value: number): string {
  return String(Number.isNaN(value) ? 0 : Math.trunc(Math.min(Math.max(value, -9e15), 9e15)));
}
