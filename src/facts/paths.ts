import { section } from './source.ts';

export interface PathEntry {
  readonly type: 'file' | 'dir' | 'link' | 'socket' | 'other' | 'missing' | 'denied';
  /** Permission bits, e.g. 0o644; 0 for what is not there. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly user: string;
  readonly group: string;
  readonly size: number;
  /** Epoch seconds. */
  readonly mtime: number;
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

export type PathTable = ReadonlyMap<string, PathEntry>;

export const paths = section(
  'server',
  'paths',
  'types, owners and modes of the paths that matter (stat(1))',
  (text): PathTable => {
    const table = new Map<string, PathEntry>();
    for (const [i, line] of (text ?? '').split('\n').entries()) {
      const [type, mode, uid, gid, user, group, size, mtime, ...rest] = line.split('\t');
      const path = rest.join('\t');
      if (!path || mtime === undefined) continue;
      table.set(path, {
        type: type as PathEntry['type'],
        mode: mode === '-' ? 0 : Number.parseInt(mode ?? '0', 8),
        uid: Number(uid),
        gid: Number(gid),
        user: user ?? '',
        group: group ?? '',
        size: Number(size),
        mtime: Number(mtime),
        path,
        line: i + 1,
        text: line.replaceAll('\t', ' '),
      });
    }
    return table;
  },
);

/** `0644` */
export function octal(mode: number): string {
  return `0${mode.toString(8).padStart(3, '0')}`;
}

export interface ModesFault {
  readonly entry: PathEntry;
  readonly fault: 'owner' | 'writable';
}

export type ModesVerdict =
  | { readonly ok: true }
  /** The first is where sshd stops; the others stand above it. */
  | { readonly ok: false; readonly faults: readonly ModesFault[] }
  | { readonly ok: undefined; readonly unseen: string };

/**
 * What StrictModes makes of a file, as safe_path() in misc.c does: the file and each folder above it, up to and with the
 * home directory (or `/` for a file that is not under it), must belong to root or the user and be writable by nobody else.
 * `ownGroup` tells which groups count as nobody else: Debian's sshd forgives a group that has the user as its only member.
 */
export function strictModes(
  table: PathTable,
  file: string,
  home: string,
  uid: number,
  ownGroup: (gid: number) => boolean,
): ModesVerdict {
  const faults: ModesFault[] = [];
  let path = file;
  for (;;) {
    const entry = table.get(path);
    if (!entry || entry.type === 'missing' || entry.type === 'denied' || entry.type === 'link')
      return faults.length > 0 ? { ok: false, faults } : { ok: undefined, unseen: path };
    const forgiven = (entry.mode & 0o002) === 0 && ownGroup(entry.gid);
    if (entry.uid !== 0 && entry.uid !== uid) faults.push({ entry, fault: 'owner' });
    if ((entry.mode & 0o022) !== 0 && !forgiven) faults.push({ entry, fault: 'writable' });
    if (path === home || path === '/') return faults.length > 0 ? { ok: false, faults } : { ok: true };
    path = path.slice(0, path.lastIndexOf('/')) || '/';
  }
}
