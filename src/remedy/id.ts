import { randomBytes } from 'node:crypto';

/** Whether a word can be the name of a fix: it becomes a part of paths and scripts, also when a machine says it. */
export const isId = (word: string): boolean => /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/.test(word);

/** A word that no other fix of a machine has; words sort as they were made. */
export function newId(now: Date): string {
  const stamp = now
    .toISOString()
    .replace(/[-:]|\..*/g, '')
    .replace('T', '-');
  return `${stamp}-${randomBytes(3).toString('hex')}`;
}
