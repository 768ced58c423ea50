import { section } from './source.ts';

/** A mounted file system (proc(5), mounts). */
export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly type: string;
  readonly options: readonly string[];
  readonly line: number;
  readonly text: string;
}

/** Where several are mounted over each other the last one counts. */
export const mounts = section(
  'server',
  'mounts',
  'the mounted file systems by where they are mounted (/proc/mounts)',
  (text): ReadonlyMap<string, Mount> =>
    new Map(
      (text ?? '').split('\n').flatMap((line, i) => {
        const [source, target, type, options] = line.split(' ').map(unescaped);
        if (!source || !target || !type || options === undefined) return [];
        return [[target, { source, target, type, options: options.split(','), line: i + 1, text: line }] as const];
      }),
    ),
);

/** White space and backslashes stand as octal escapes, as in fstab(5). */
function unescaped(word: string): string {
  return word.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
