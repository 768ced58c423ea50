import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Hosts on which a rotation is done, so that a run that was interrupted goes on where it stopped. */
export interface RotationState {
  readonly file: string;
  readonly done: ReadonlyMap<string, string>;
  /** Writes down that a host is done. @throws when the file cannot be written. */
  finish(host: string): void;
}

/** `$XDG_STATE_HOME/sshwhy/rotate-….json`, one for each pair of keys and user. A file that cannot be read holds nothing. */
export function rotationState(user: string, old: string, fresh: string): RotationState {
  const base = process.env['XDG_STATE_HOME'] || join(homedir(), '.local/state');
  const folder = join(base, 'sshwhy');
  const name = createHash('sha256')
    .update(JSON.stringify([user, old, fresh]))
    .digest('hex')
    .slice(0, 16);
  const file = join(folder, `rotate-${name}.json`);
  const done = new Map<string, string>();
  try {
    const { hosts } = JSON.parse(readFileSync(file, 'utf8')) as { hosts?: Record<string, unknown> };
    for (const [host, at] of Object.entries(hosts ?? {})) if (typeof at === 'string') done.set(host, at);
  } catch {
    // The first run, or a file that somebody else wrote: the hosts themselves tell what is done.
  }
  return {
    file,
    done,
    finish(host) {
      done.set(host, new Date().toISOString());
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const text = `${JSON.stringify({ user, old, new: fresh, hosts: Object.fromEntries(done) }, null, 2)}\n`;
      writeFileSync(`${file}.new`, text, { mode: 0o600 });
      renameSync(`${file}.new`, file);
    },
  };
}
