import { existsSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { isIP } from 'node:net';
import { linesIn, readRun } from '../app/fleet/kept.ts';
import { LookError, UsageError } from '../model/errors.ts';
import type { FleetHost } from '../model/fleet.ts';
import type { SeenHost } from '../reason/fleet/table.ts';

/** All hosts of a run, without what is compared only within one. @throws LookError */
export async function hostsOfRun(file: string): Promise<SeenHost[]> {
  const all: SeenHost[] = [];
  for await (const { facts: _, ...host } of readRun(file)) all.push(host);
  return all;
}

/** What tells the hosts of a run apart. What a name led to is no part of it; an address that the inventory gives is. */
export const keyOf = (name: string, port: number, address: string, vantage = ''): string =>
  `${name}\0${port}\0${isIP(address) === 0 ? '' : address}\0${vantage}`;

/** Hosts that a file of an earlier run has; a line that was cut short is not one. @throws UsageError */
export async function askedBefore(out: string | undefined): Promise<ReadonlySet<string>> {
  if (out === undefined) throw new UsageError('--resume goes on with what --out FILE holds; name that file');
  const found = new Set<string>();
  if (!existsSync(out)) return found;
  for await (const line of linesIn(out)) {
    try {
      const { kind, name, port, address, vantage } = JSON.parse(line) as Partial<FleetHost>;
      if (kind !== 'host' || name === undefined || port === undefined) continue;
      found.add(keyOf(name, port, '', vantage)).add(keyOf(name, port, address ?? '', vantage));
    } catch {
      // The last one, when the run was killed.
    }
  }
  return found;
}

/** Opens the file of a run, anew or to add to it. @throws LookError when it cannot be written to. */
export function opened(file: string, more: boolean): number {
  try {
    if (!more) return openSync(file, 'w', 0o600);
    const descriptor = openSync(file, 'a+', 0o600);
    const { size } = fstatSync(descriptor);
    const last = Buffer.alloc(1);
    // A line that was cut short is ended, so that the next one is whole.
    if (size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== 10) writeSync(descriptor, '\n');
    return descriptor;
  } catch (error) {
    throw new LookError(`cannot write ${file}: ${(error as Error).message}`);
  }
}
