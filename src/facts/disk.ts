import { section } from './source.ts';

export interface Filesystem {
  readonly device: string;
  readonly mount: string;
  /** KiB, or inodes. */
  readonly size: number;
  readonly available: number;
  /** 0–100 as df(1) says it; what only root may still use counts as used. */
  readonly percent: number;
  readonly line: number;
  readonly text: string;
}

function df(text: string | null): readonly Filesystem[] {
  return (text ?? '').split('\n').flatMap((line, i) => {
    const found = /^(\S+(?: \S+)*) +(\d+) +\d+ +(\d+) +(\d+)% +(\/.*)$/s.exec(line);
    if (!found?.[1] || !found[5]) return [];
    const [device, mount] = [found[1], found[5]];
    const numbers = { size: Number(found[2]), available: Number(found[3]), percent: Number(found[4]) };
    return [{ device, mount, ...numbers, line: i + 1, text: line }];
  });
}

export const disk = section('server', 'disk', 'space on the mounted file systems, KiB (`df -Pk`)', df);
export const inodes = section('server', 'inodes', 'inodes of the mounted file systems (`df -Pi`)', df);
