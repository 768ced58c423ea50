import { LookError } from '../../model/errors.ts';
import { type Engine, isBusy } from './sqlite-engine.ts';

/** What the name of the file that is locked ends in, as those end that SQLite puts beside a database. */
export const LOCK = '-lock';

/**
 * Holds `PATH-lock`, which is there, until it is let go or the process ends, however it ends: the lock is SQLite's own on that file (fcntl), which the
 * kernel gives back. Returns what lets go.
 * @throws LookError when another process holds it.
 */
export function lockStore(engine: Engine, path: string): () => void {
  const lock = engine.open(`${path}${LOCK}`);
  try {
    lock.exec('pragma busy_timeout = 0; begin exclusive');
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw error;
    throw new LookError(
      `Another \`sshwhy watch\` writes to the store ${path} already. Only one can; stop it, or give this one a store of its own.`,
    );
  }
  return () => lock.close();
}
