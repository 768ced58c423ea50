import { mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endCgroup, isLabProcess, listCgroups } from './cgroup.ts';
import { sleep } from './command.ts';

const PREFIX = 'sshwhy-lab-';
const RUN = `${PREFIX}${process.pid}`;
const PROPAGATE = '/run/systemd/nspawn/propagate';

/** Names of the hosts of this run that are still to be taken down. */
const open = new Set<string>();
let counter = 0;

/** Folder of this run; everything that the lab writes is in it. */
export const RUN_DIR = join(tmpdir(), RUN);

/** A name that no other lab on this machine has, remembered for the clean-up. */
export function claimName(): string {
  prepare();
  const name = `${RUN}-${++counter}`;
  open.add(name);
  return name;
}

/** Takes down what the name stands for: its processes die, and with them their namespaces, mounts and veth pairs. */
export async function release(name: string): Promise<void> {
  if (!open.has(name)) return;
  for (let i = 0; i < 200 && !remove(name); i++) await sleep(15);
  open.delete(name);
}

function remove(name: string): boolean {
  if (!endCgroup(name)) return false;
  rmSync(join(RUN_DIR, name), { recursive: true, force: true });
  try {
    rmdirSync(join(PROPAGATE, name));
  } catch {
    // systemd-nspawn removed it itself.
  }
  return true;
}

function removeSync(name: string): void {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  for (let i = 0; i < 200 && !remove(name); i++) Atomics.wait(cell, 0, 0, 15);
}

let prepared = false;

/** Sweeps what dead runs left behind and arms the clean-up of this one. */
function prepare(): void {
  if (prepared) return;
  prepared = true;
  const ownerOf = (name: string): number => Number.parseInt(name.slice(PREFIX.length), 10);
  const dead = (name: string): boolean => !isLabProcess(ownerOf(name));
  for (const name of listCgroups(PREFIX).filter(dead)) removeSync(name);
  for (const name of readdirSync(tmpdir())) {
    if (name.startsWith(PREFIX) && dead(name)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
  mkdirSync(RUN_DIR, { recursive: true, mode: 0o755 });
  process.on('exit', () => {
    for (const name of open) removeSync(name);
    rmSync(RUN_DIR, { recursive: true, force: true });
  });
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.on(signal, () => process.exit(status));
  }
}
