import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { LookError } from '../../model/errors.ts';
import type { Due } from '../../reason/watch/alerting.ts';

/** An alert that waits to be taken by the other side. */
export interface Letter extends Due {
  /** Grows with time: what was put in earlier goes out earlier. */
  readonly number: number;
  /** When it was put in, epoch milliseconds. */
  readonly since: number;
}

/** Alerts on their way. What `put` has returned from survives kill -9 and a power cut, until `remove`. */
export interface Outbox {
  /** Oldest first. */
  letters(): readonly Letter[];
  /**
   * The same alert for the same channel is kept once. `gone`: what had to go to make room, the oldest notices first. `wrong`: why
   * the disk does not take them; they are kept in memory then, so that a full disk is no reason to stay silent.
   */
  put(due: readonly Due[], now: number): Promise<{ readonly gone: readonly Letter[]; readonly wrong?: string }>;
  remove(letter: Letter): Promise<void>;
}

const MOST = 1000;
const MOST_BYTES = 1 << 20;
const NAME = /^(\d{12})-[0-9a-f]{24}\.json$/;

const keyOf = ({ channel, alert }: Due): string =>
  createHash('sha256').update(`${channel}\0${alert.id}`).digest('hex').slice(0, 24);
const nameOf = (letter: Letter): string => `${String(letter.number).padStart(12, '0')}-${keyOf(letter)}.json`;

async function synced(file: string, flags: string, text?: string): Promise<void> {
  const handle = await open(file, flags, 0o600);
  try {
    if (text !== undefined) await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes a file as a whole or not at all, and has it on the disk when it returns. */
export async function writeWhole(file: string, text: string): Promise<void> {
  await synced(`${file}.new`, 'w', text);
  await rename(`${file}.new`, file);
  await synced(path.dirname(file), 'r');
}

async function read(folder: string, name: string): Promise<Letter | undefined> {
  const number = Number(NAME.exec(name)?.[1] ?? Number.NaN);
  if (Number.isNaN(number)) return undefined;
  try {
    const file = path.join(folder, name);
    if ((await stat(file)).size > MOST_BYTES) return undefined;
    const { channel, alert, since } = JSON.parse(await readFile(file, 'utf8')) as Letter;
    const whole =
      typeof channel === 'string' && typeof alert?.id === 'string' && Array.isArray(alert.incident?.signals);
    return whole && typeof since === 'number' ? { channel, alert, since, number } : undefined;
  } catch {
    return undefined;
  }
}

/** The letter that is given up first when there are too many. */
function least(letters: Iterable<Letter>): Letter | undefined {
  let found: Letter | undefined;
  for (const letter of letters) {
    const urgent = letter.alert.incident.urgency === 'page';
    const foundUrgent = found?.alert.incident.urgency === 'page';
    if (found === undefined || (foundUrgent && !urgent) || (urgent === foundUrgent && letter.number < found.number))
      found = letter;
  }
  return found;
}

/**
 * An outbox in a folder of its own (mode 0700), one file for each letter, at most 1,000. Files that are no letters are taken
 * away: a write that was broken off leaves one. @throws LookError when the folder cannot be used.
 */
export async function outbox(folder: string, most = MOST): Promise<Outbox> {
  const letters = new Map<string, Letter>();
  const failed = (error: unknown): LookError =>
    new LookError(`alerts cannot be kept in ${folder}: ${(error as Error).message}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const name of (await readdir(folder)).sort()) {
      const letter = await read(folder, name);
      if (letter === undefined) await rm(path.join(folder, name), { force: true, recursive: false });
      else letters.set(keyOf(letter), letter);
    }
  } catch (error) {
    throw failed(error);
  }
  let number = Math.max(0, ...[...letters.values()].map((letter) => letter.number));

  async function remove(letter: Letter): Promise<void> {
    try {
      await rm(path.join(folder, nameOf(letter)), { force: true });
    } finally {
      letters.delete(keyOf(letter));
    }
  }

  return {
    letters: () => [...letters.values()].sort((a, b) => a.number - b.number),
    put: async (due, now) => {
      const gone: Letter[] = [];
      let wrong: string | undefined;
      for (const one of due) {
        const key = keyOf(one);
        if (letters.has(key)) continue;
        number += 1;
        const letter = { channel: one.channel, alert: one.alert, since: now, number };
        letters.set(key, letter);
        const drop = letters.size > most ? least(letters.values()) : undefined;
        try {
          await writeWhole(path.join(folder, nameOf(letter)), JSON.stringify(letter));
          if (drop) await remove(drop);
        } catch (error) {
          wrong = failed(error).message;
        }
        if (drop) {
          letters.delete(keyOf(drop));
          gone.push(drop);
        }
      }
      return { gone, ...(wrong === undefined ? {} : { wrong }) };
    },
    remove,
  };
}
