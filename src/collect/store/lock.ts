import { chmodSync } from 'node:fs';
import { LookError } from '../../model/errors.ts';
import { type Engine, isBusy } from './sqlite-engine.ts';

/**
 * Holds `PATH.lock` until it is let go or the process ends, however it ends: the lock is SQLite's own on that file (fcntl), which the
 * kernel gives back. Returns what lets go.
 * @throws LookError when another process holds it.
 */
export function lockStore(engine: Engine, path: string): () => void {
  const lock = engine.open(`${path}.lock`);
  try {
    chmodSync(`${path}.lock`, 0o600);
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
