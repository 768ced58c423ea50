import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { UsageError } from '../../model/errors.ts';

/**
 * Takes a folder for this process alone; returns what gives it back. The file names the process and when it was started, so
 * that one which was killed leaves no lock behind, whoever has its number now. @throws UsageError when another has it.
 */
export function locked(file: string): () => void {
  const own = `${process.pid} ${startOf(process.pid)}\n`;
  for (let tries = 0; tries < 3; tries++) {
    try {
      writeFileSync(file, own, { flag: 'wx', mode: 0o600 });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const [pid = 0, start] = read(file).split(' ').map(Number);
    if (pid !== process.pid && alive(pid) && startOf(pid) === start)
      throw new UsageError(`${file}: process ${pid} uses this folder; give each its own`);
    if (pid === process.pid && startOf(pid) === start)
      throw new UsageError(`${file}: this process uses the folder already`);
    rmSync(file, { force: true });
  }
  throw new UsageError(`${file}: another process takes this folder again and again`);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}

function alive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process was started, in ticks since boot (proc_pid_stat(5), field 22); 0 where there is no /proc. */
function startOf(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 0);
}
