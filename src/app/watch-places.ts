import { readFileSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../model/errors.ts';
import { defaultWatchConfig, readWatchConfig, type WatchConfig } from './watch-config.ts';

/** What a watch of this user is configured as, and where it keeps its things. */
export interface WatchPlaces {
  readonly config: WatchConfig;
  /** A path, or `clickhouse://…`. */
  readonly store: string;
  /** For what is on its way elsewhere. */
  readonly folder: string;
}

/** The folder that systemd gives (`StateDirectory=`), that of root, or that of a user (XDG Base Directory Specification). */
export function stateFolder(env: NodeJS.ProcessEnv = process.env, uid = process.getuid?.()): string {
  const given = env['STATE_DIRECTORY']?.split(':')[0];
  if (given) return given;
  if (uid === 0) return '/var/lib/sshwhy-watch';
  return path.join(env['XDG_STATE_HOME'] || path.join(env['HOME'] || '/', '.local/state'), 'sshwhy-watch');
}

/** @throws UsageError when the file cannot be read, or says what it cannot mean. */
export function watchPlaces(file: string | undefined, store: string | undefined): WatchPlaces {
  const config = file === undefined ? defaultWatchConfig() : readWatchConfig(file, textOf(file));
  const named = store ?? (typeof config.store === 'string' ? config.store : config.store?.path);
  const folder = stateFolder();
  if (named === undefined) return { config, store: path.join(folder, 'events.db'), folder };
  return { config, store: named, folder: named.includes('://') ? folder : path.dirname(path.resolve(named)) };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${(error as Error).message}`);
  }
}
