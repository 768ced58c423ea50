import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MOUNT = '/sys/fs/cgroup';

/**
 * The hierarchies in which a lab host needs a place of its own, or two systemds would both manage `/system.slice`
 * and kill each other's services: one on a pure v2 machine, three on a hybrid one (pids makes TasksMax= work).
 */
const HIERARCHIES = existsSync(`${MOUNT}/cgroup.procs`)
  ? [MOUNT]
  : ['systemd', 'unified', 'pids'].map((name) => join(MOUNT, name)).filter((dir) => existsSync(`${dir}/cgroup.procs`));

/** The hierarchy with `cgroup.kill` (Linux 5.14). */
const V2 = HIERARCHIES.find((dir) => existsSync(`${dir}/cgroup.controllers`)) ?? MOUNT;

export function createCgroup(name: string): void {
  for (const dir of HIERARCHIES) mkdirSync(join(dir, name), { recursive: true });
}

/** Files to write `0` to in order to move into the group: all of them for a container, the v2 one for a command. */
export function procsFiles(name: string, all: boolean): string[] {
  return (all ? HIERARCHIES : [V2]).map((dir) => join(dir, name, 'cgroup.procs'));
}

/** Kills everything in the group, then removes it; false while something is still dying. Safe to repeat. */
export function endCgroup(name: string): boolean {
  const kill = join(V2, name, 'cgroup.kill');
  if (existsSync(kill)) writeFileSync(kill, '1');
  return HIERARCHIES.map((dir) => removeTree(join(dir, name))).every(Boolean);
}

/** Names of groups that begin with the prefix. */
export function listCgroups(prefix: string): string[] {
  const names = HIERARCHIES.flatMap((dir) => readdirSync(dir)).filter((name) => name.startsWith(prefix));
  return [...new Set(names)];
}

function removeTree(dir: string): boolean {
  if (!existsSync(dir)) return true;
  try {
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      if (entry.isDirectory()) removeTree(join(dir, entry.name));
    }
    rmdirSync(dir);
    return true;
  } catch {
    return false;
  }
}

/** True when the process is alive and a Node one, so that a recycled number does not keep leftovers for ever. */
export function isLabProcess(pid: number): boolean {
  try {
    return /node/.test(readFileSync(`/proc/${pid}/comm`, 'utf8'));
  } catch {
    return false;
  }
}
