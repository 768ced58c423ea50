import { createReadStream, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { isIP } from 'node:net';
import { createInterface } from 'node:readline';
import { LookError, UsageError } from '../model/errors.ts';
import type { FleetHost } from '../model/fleet.ts';

/**
 * The hosts of a run that was kept, one after another. A line that was cut short, when a run was killed, is none.
 * @throws LookError
 */
export async function* readRun(file: string): AsyncGenerator<FleetHost> {
  const { fleetLineSchema } = await import('../model/fleet.ts');
  let number = 0;
  try {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
      number++;
      if (line.trim() === '') continue;
      const read = fleetLineSchema.safeParse(parsed(line));
      if (read.success && read.data.kind === 'host') yield read.data;
      if (!read.success && !cutShort(line))
        throw new LookError(`${file}:${number} is no line of a run of sshwhy fleet`);
    }
  } catch (error) {
    if (error instanceof LookError) throw error;
    throw new LookError(`cannot read ${file}: ${(error as Error).message}`);
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const BEGINS = '{"kind":"host",';
const cutShort = (line: string): boolean =>
  parsed(line) === undefined && (line.startsWith(BEGINS) || BEGINS.startsWith(line));

/** All of them. @throws LookError */
export async function linesOf(file: string): Promise<FleetHost[]> {
  const all: FleetHost[] = [];
  for await (const host of readRun(file)) all.push(host);
  return all;
}

/** What tells the hosts of a run apart. What a name led to is no part of it; an address that the inventory gives is. */
export const keyOf = (name: string, port: number, address: string): string =>
  `${name}\0${port}\0${isIP(address) === 0 ? '' : address}`;

/** Hosts that a file of an earlier run has; a line that was cut short is not one. @throws UsageError */
export function askedBefore(out: string | undefined): ReadonlySet<string> {
  if (out === undefined) throw new UsageError('--resume goes on with what --out FILE holds; name that file');
  const found = new Set<string>();
  if (!existsSync(out)) return found;
  for (const line of readFileSync(out, 'utf8').split('\n')) {
    try {
      const { kind, name, port, address } = JSON.parse(line) as Partial<FleetHost>;
      if (kind !== 'host' || name === undefined || port === undefined) continue;
      found.add(keyOf(name, port, '')).add(keyOf(name, port, address ?? ''));
    } catch {
      // The last one, when the run was killed.
    }
  }
  return found;
}

/** @throws LookError when it cannot be written to. */
export function opened(file: string, more: boolean): number {
  try {
    if (!more) return openSync(file, 'w', 0o600);
    const whole = !existsSync(file) || /(?:^|\n)$/.test(readFileSync(file, 'utf8').slice(-1));
    const descriptor = openSync(file, 'a', 0o600);
    if (!whole) writeSync(descriptor, '\n');
    return descriptor;
  } catch (error) {
    throw new LookError(`cannot write ${file}: ${(error as Error).message}`);
  }
}
