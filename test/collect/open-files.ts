import { readdirSync, readlinkSync } from 'node:fs';

/** Files below a folder that this process has open (proc_pid_fd(5)); undefined where there is no /proc. */
export function openFilesIn(folder: string): readonly string[] | undefined {
  let numbers: readonly string[];
  try {
    numbers = readdirSync('/proc/self/fd');
  } catch {
    return undefined;
  }
  return numbers.flatMap((number) => {
    try {
      const file = readlinkSync(`/proc/self/fd/${number}`);
      return file === folder || file.startsWith(`${folder}/`) ? [file] : [];
    } catch {
      return [];
    }
  });
}
