import type { PathEntry, PathTable } from '../paths.ts';

/** Who reads: sshd takes the rights of the user for files of the user. */
export interface Reader {
  readonly uid: number;
  readonly gid: number;
  /** Names of all groups. */
  readonly groups: readonly string[];
}

/** The folder or file that keeps a user from reading a path (path_resolution(7)); root reads everything. */
export function unreadable(table: PathTable, path: string, { uid, gid, groups }: Reader): PathEntry | undefined {
  if (uid === 0) return undefined;
  const may = (entry: PathEntry, bit: number) => {
    const shift = entry.uid === uid ? 6 : entry.gid === gid || groups.includes(entry.group) ? 3 : 0;
    return (entry.mode & (bit << shift)) !== 0;
  };
  const folders = path.split('/').map((_, i, parts) => parts.slice(0, i).join('/') || '/');
  const blocked = [...new Set(folders)]
    .map((folder) => table.get(folder))
    .find((entry) => entry?.type === 'dir' && !may(entry, 1));
  const file = table.get(path);
  return blocked ?? (file?.type === 'file' && !may(file, 4) ? file : undefined);
}
