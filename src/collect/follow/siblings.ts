import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { nodeOf } from './bytes.ts';

export interface Sibling {
  readonly path: string;
  /** Device and inode. */
  readonly node: string;
  /** When it was last written to, in nanoseconds. */
  readonly changed: bigint;
}

/** What logrotate(8) and others call a file that was rotated: `.1`, `.2.gz`, `-20261125`, `-20261125-1764057600.gz`, `.old`. */
const ROTATED = /^(?:[.-]\d{1,14}(?:[-_.T]?\d{1,14}){0,3}|\.old)(\.gz)?$/;

/** Number behind the dot: the higher, the older. */
const turn = (name: string): number => Number(/\.(\d{1,6})(?:\.gz)?$/.exec(name)?.[1] ?? 0);

/** What a log was rotated to, from the oldest on; last the log itself, if it is there. At most the newest 1,000. */
export async function generations(file: string): Promise<readonly Sibling[]> {
  const folder = path.dirname(file);
  const base = path.basename(file);
  const names = await readdir(folder).catch((): string[] => []);
  const rotated = names.filter((name) => name.startsWith(base) && ROTATED.test(name.slice(base.length)));
  const all = new Set(rotated);
  // While it is being packed it is there twice.
  const wanted = rotated.filter((name) => !(name.endsWith('.gz') && all.has(name.slice(0, -3))));
  const found: Sibling[] = [];
  for (const name of wanted) {
    const one = await lookAt(path.join(folder, name));
    if (one !== undefined) found.push(one);
  }
  found.sort((a, b) => (a.changed === b.changed ? turn(b.path) - turn(a.path) : a.changed < b.changed ? -1 : 1));
  const live = await lookAt(file);
  return [...found.slice(-1000), ...(live === undefined ? [] : [live])];
}

/** Undefined: it is not there, or no plain file. */
export async function lookAt(file: string): Promise<Sibling | undefined> {
  try {
    const found = await stat(file, { bigint: true });
    return found.isFile() ? { path: file, node: nodeOf(found), changed: found.mtimeNs } : undefined;
  } catch {
    return undefined;
  }
}
