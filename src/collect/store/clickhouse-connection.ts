import { LookError, UsageError } from '../../model/errors.ts';
import { secret, smallFile } from '../secret.ts';
import { type Row, TABLES } from './clickhouse-sql.ts';

export interface ClickhousePlace {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/**
 * Where a ClickHouse is: `clickhouse://user@host:8123/database?tls&password=env:NAME`. `ca`, `cert` and `key` name files (PEM)
 * and mean TLS. Without a port it is that of HTTP, 8123, or of HTTPS, 8443; without a database, `sshwhy`.
 * @throws UsageError
 */
export function clickhousePlace(text: string): ClickhousePlace {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new UsageError('no place of a ClickHouse; say clickhouse://user@host:8123/database?password=env:NAME');
  }
  const allowed = new Set(['tls', 'ca', 'cert', 'key', 'password']);
  for (const name of url.searchParams.keys())
    if (!allowed.has(name))
      throw new UsageError(`${name} is no option of clickhouse://; there are ${[...allowed].join(', ')}`);
  const get = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
  const [ca, cert, key] = [get('ca'), get('cert'), get('key')];
  if ((cert === undefined) !== (key === undefined)) throw new UsageError('cert and key of clickhouse:// go together');
  if (cert !== undefined && ca === undefined) throw new UsageError('cert of clickhouse:// needs ca as well');
  const off = ['0', 'no', 'false'].includes(get('tls') ?? '');
  const tls = url.searchParams.has('tls') ? !off : ca !== undefined || cert !== undefined;
  const database = decodeURIComponent(url.pathname.slice(1)) || 'sshwhy';
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(database))
    throw new UsageError('the database of clickhouse:// is named with letters, digits and _ only');
  const port = url.port || (tls ? '8443' : '8123');
  return {
    url: `${tls ? 'https' : 'http'}://${url.hostname || '127.0.0.1'}:${port}`,
    user: decodeURIComponent(url.username) || 'default',
    password: secret(get('password') ?? decodeURIComponent(url.password)),
    database,
    ...(tls
      ? {
          tls: {
            ...(ca && { ca: smallFile(ca) }),
            ...(cert && { cert: smallFile(cert) }),
            ...(key && { key: smallFile(key) }),
          },
        }
      : {}),
  };
}

/** A question that takes longer is broken off by the server, in seconds; the client waits a little more. */
const LONGEST = 60;

export interface Clickhouse {
  /** Rows of a question. @throws LookError */
  ask(sql: string): Promise<readonly Row[]>;
  /** @throws LookError */
  tell(sql: string): Promise<void>;
  /** @throws LookError */
  insert(table: string, rows: readonly object[]): Promise<void>;
  close(): Promise<void>;
}

/** Connects, and makes the database and the tables that are missing. @throws LookError with what the server said. */
export async function openClickhouse(place: ClickhousePlace): Promise<Clickhouse> {
  // A client that is bound to a database which is not there could not make it.
  const first = await connect(place, 'default');
  try {
    await first.tell(`CREATE DATABASE IF NOT EXISTS ${place.database}`);
  } finally {
    await first.close();
  }
  const made = await connect(place, place.database);
  try {
    for (const sql of TABLES) await made.tell(sql);
    return made;
  } catch (error) {
    await made.close();
    throw error;
  }
}

async function connect(place: ClickhousePlace, database: string): Promise<Clickhouse> {
  const { createClient, ClickHouseLogLevel } = await import('./clickhouse-client.ts');
  const { ca, cert, key } = place.tls ?? {};
  const client = createClient({
    url: place.url,
    database,
    username: place.user,
    password: place.password,
    request_timeout: (LONGEST + 5) * 1000,
    max_open_connections: 8,
    log: { level: ClickHouseLogLevel.OFF },
    clickhouse_settings: { max_execution_time: LONGEST },
    ...(ca && {
      tls: { ca_cert: Buffer.from(ca), ...(cert && key && { cert: Buffer.from(cert), key: Buffer.from(key) }) },
    }),
  });
  const said = async <T>(asked: Promise<T>): Promise<T> => {
    try {
      return await asked;
    } catch (error) {
      const { message, code } = error as Error & { readonly code?: string };
      throw new LookError(`ClickHouse at ${place.url}: ${(message || code || 'no answer').slice(0, 400)}`);
    }
  };
  return {
    ask: (query) => said(client.query({ query, format: 'JSONEachRow' }).then((answer) => answer.json<Row>())),
    tell: async (query) => void (await said(client.command({ query }))),
    insert: async (table, values) =>
      void (await said(client.insert({ table, values: [...values], format: 'JSONEachRow' }))),
    close: () => client.close(),
  };
}
