import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { LookError } from '../../model/errors.ts';
import { type FleetHost, fleetLineSchema } from '../../model/fleet.ts';

/** Lines of a file, which may be larger than any string. @throws LookError when it cannot be read. */
export async function* linesIn(file: string): AsyncGenerator<string> {
  try {
    yield* createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    throw new LookError(`cannot read ${file}: ${(error as Error).message}`);
  }
}

/**
 * The hosts of a run of `sshwhy fleet … --json` or `--out`, one after another, also while it goes on: a line that was cut short is none.
 * @throws LookError for a line that is none of a run.
 */
export async function* readRun(file: string): AsyncGenerator<FleetHost> {
  let number = 0;
  for await (const line of linesIn(file)) {
    number++;
    if (line.trim() === '') continue;
    const read = fleetLineSchema.safeParse(parsed(line));
    if (read.success && read.data.kind === 'host') yield read.data;
    if (!read.success && !cutShort(line)) throw new LookError(`${file}:${number} is no line of a run of sshwhy fleet`);
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const BEGINS = '{"kind":"';
const cutShort = (line: string): boolean =>
  parsed(line) === undefined && (line.startsWith(BEGINS) || BEGINS.startsWith(line));
