import { LookError } from '../../model/errors.ts';

type Value = string | number | null;
export type Row = Readonly<Record<string, Value>>;

/** The part of the interface of `node:sqlite` that is used here. */
export interface Statement {
  run(...values: readonly Value[]): { readonly changes: number | bigint };
  get(...values: readonly Value[]): Row | undefined;
  all(...values: readonly Value[]): readonly Row[];
}

export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

export interface Engine {
  readonly name: string;
  open(path: string, options?: { readonly readOnly?: boolean }): Database;
}

interface Module {
  readonly DatabaseSync: new (path: string, options?: { readonly readOnly?: boolean }) => Database;
}

/**
 * SQLite: Node's own (22.13 and later), otherwise the optional package with the same interface, which has builds for Linux, macOS and
 * Windows on x64 and arm64. `only` asks for one of them.
 * @throws LookError when neither is there.
 */
export async function sqliteEngine(only?: 'node:sqlite' | '@photostructure/sqlite'): Promise<Engine> {
  const own = only === '@photostructure/sqlite' ? undefined : ownSqlite();
  if (own !== undefined) return engine('node:sqlite', own);
  if (only !== 'node:sqlite') {
    try {
      return engine('@photostructure/sqlite', (await import('@photostructure/sqlite')) as unknown as Module);
    } catch {
      // The package is optional: npm leaves it out where it cannot be installed, and its binary may not fit this machine.
    }
  }
  throw new LookError(
    `A store needs SQLite. Node ${process.versions.node} has none of its own and the package @photostructure/sqlite cannot be loaded: ` +
      'use Node 22.13 or later, install the package, or keep the store in ClickHouse.',
  );
}

function engine(name: string, { DatabaseSync }: Module): Engine {
  return { name, open: (path, options) => new DatabaseSync(path, options ?? {}) };
}

function ownSqlite(): Module | undefined {
  const warn = process.emitWarning;
  // Node 22 says on standard error that the module is experimental, which nobody who reads alerts can do anything about.
  process.emitWarning = () => {};
  try {
    return process.getBuiltinModule('node:sqlite' as 'node:fs') as unknown as Module | undefined;
  } finally {
    process.emitWarning = warn;
  }
}

const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/** Codes of SQLite with its words for them, which is all that one engine gives when a question fails, and what they mean here. */
const FAILURES: readonly { readonly code: number; readonly says: string; readonly means: string }[] = [
  { code: SQLITE_BUSY, says: 'database is locked', means: 'is held by another process' },
  { code: 8, says: 'attempt to write a readonly database', means: 'cannot be written' },
  { code: SQLITE_CORRUPT, says: 'database disk image is malformed', means: 'is damaged' },
  { code: 13, says: 'database or disk is full', means: 'cannot grow' },
  { code: 14, says: 'unable to open database file', means: 'cannot be opened' },
  { code: SQLITE_NOTADB, says: 'file is not a database', means: 'is no store, or damaged' },
];

/** Whether another process holds what was asked for. */
export function isBusy(error: unknown): boolean {
  return codeOf(error) === SQLITE_BUSY;
}

/** What an error of SQLite means to who runs the store at `path`, and what to do. (https://www.sqlite.org/rescode.html) */
export function storeError(path: string, error: unknown): Error {
  if (error instanceof LookError) return error;
  const says = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  const means = FAILURES.find((failure) => failure.code === code)?.means ?? 'failed';
  const todo =
    code === SQLITE_CORRUPT || code === SQLITE_NOTADB
      ? `. Nothing was changed. Move it away (with ${path}-wal and ${path}-shm) and a new one is begun; \`sqlite3 ${path} .recover\` gets back what can be read`
      : '';
  return new LookError(`The store ${path} ${means} (${says})${todo}.`);
}

function codeOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const { errcode, sqliteCode } = error as { errcode?: unknown; sqliteCode?: unknown };
  const code = errcode ?? sqliteCode;
  // The low byte is the kind, the rest says more of it.
  if (typeof code === 'number') return code & 0xff;
  return FAILURES.find(({ says }) => error.message.includes(says))?.code;
}
