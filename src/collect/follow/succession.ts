import { type Bytes, openBytes } from './bytes.ts';
import { type Cursor, headOf, type Identity, isOf } from './identity.ts';
import { generations, type Sibling } from './siblings.ts';

/** Later than all that was written. */
export const NEVER = 1n << 62n;

/** What was read before; its successor comes next. */
export interface Left {
  readonly node: string;
  readonly changed: bigint;
  readonly identity: Identity | undefined;
}

/** The file that a cursor speaks of, whatever it is called now. */
export async function findAgain(file: string, cursor: Cursor): Promise<Bytes | undefined> {
  const all = [...(await generations(file))].reverse();
  const same = all.filter(({ node }) => node === cursor.identity?.node);
  for (const { path: name } of [...same, ...all.filter((one) => !same.includes(one))]) {
    const bytes = await openBytes(name).catch(() => undefined);
    // What is being packed at this moment ends in the middle.
    const found = bytes !== undefined && (await isOf(bytes, cursor).catch(() => false));
    if (found && !bytes.packed) return bytes;
    await bytes?.close();
    // It was unpacked to find out, and is not read backwards.
    if (found) return openBytes(name);
  }
  return undefined;
}

/** What was begun after what was read before: the next generation, or the file itself. */
export async function successor(file: string, left: Left | undefined): Promise<Sibling | undefined> {
  const all = await generations(file);
  const { node, changed, identity } = left ?? { node: '', changed: NEVER, identity: undefined };
  const at = all.findIndex((one) => one.node === node);
  // A number of an inode is used again when its file is deleted.
  if (at !== -1 && (await isLike(all[at] as Sibling, identity))) return all[at + 1];
  for (const one of all) {
    if (one.path === file) return one;
    // Packed or copied since, it is another inode.
    if (one.changed > changed && (identity?.born !== undefined || !(await isLike(one, identity)))) return one;
  }
  return undefined;
}

/** Whether it begins as what was read before; what cannot be read does not tell otherwise. */
async function isLike({ path: name }: Sibling, identity: Identity | undefined): Promise<boolean> {
  if (identity === undefined) return false;
  const bytes = await openBytes(name).catch(() => undefined);
  if (bytes === undefined) return true;
  try {
    return (await headOf(bytes, true))?.head === identity.head;
  } catch {
    return true;
  } finally {
    await bytes.close();
  }
}

/**
 * Whether anything was written to what came after a file. Whoever writes goes on with the old one until it opens the new one, so the
 * new one's first bytes are waited for, be it the log itself or one that was rotated away in turn.
 */
export async function begunSince(file: string, node: string): Promise<boolean> {
  const all = await generations(file);
  const later = all.slice(all.findIndex((one) => one.node === node) + 1);
  // What is not found was packed or taken away; so only the log itself is sure to be newer.
  for (const { path: name } of later.length === all.length ? later.slice(-1) : later) {
    const bytes = await openBytes(name).catch(() => undefined);
    try {
      const size = bytes?.packed ? 1 : ((await bytes?.look())?.size ?? 0);
      if (size > 0) return true;
    } finally {
      await bytes?.close();
    }
  }
  return false;
}
