import { randomBytes } from 'node:crypto';

/** A word that no other fix of a machine has; words sort as they were made. */
export function newId(now: Date): string {
  const stamp = now
    .toISOString()
    .replace(/[-:]|\..*/g, '')
    .replace('T', '-');
  return `${stamp}-${randomBytes(3).toString('hex')}`;
}
