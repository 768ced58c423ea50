import { UsageError } from '../../model/errors.ts';
import type { EventStore } from '../../model/watch.ts';
import type { StoreOptions } from './sqlite.ts';

/**
 * Opens the store that `where` names: a path (or `sqlite:PATH`), or `clickhouse://…`. `use: 'write'` is for the one watcher.
 * @throws UsageError for a kind of store that there is not, LookError when it cannot be opened.
 */
export async function openStore(where: string, use: StoreOptions['use'] = 'write'): Promise<EventStore> {
  const sqlite = async (path: string): Promise<EventStore> => (await import('./sqlite.ts')).sqliteStore(path, { use });
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(where)?.[1]?.toLowerCase();
  if (scheme === undefined) return sqlite(where);
  if (scheme === 'sqlite') return sqlite(where.replace(/^sqlite:(?:\/\/)?/i, ''));
  if (scheme === 'clickhouse') return (await import('./clickhouse.ts')).clickhouseStore(where);
  throw new UsageError(`There is no store of the kind ${scheme}: name a file.`);
}
