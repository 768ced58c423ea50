import { LookError } from '../../model/errors.ts';
import { type FleetHost, fleetLineSchema } from '../../model/fleet.ts';
import { type FleetTable, fleetTable } from '../../reason/fleet/table.ts';

export interface FleetRun {
  readonly hosts: readonly FleetHost[];
  readonly table: FleetTable;
}

/**
 * The file of a run of `sshwhy fleet … --json` or `--out`, also while it is written: its last line may be half a line.
 * @throws LookError for any other line that is none of a run.
 */
export function readRun(file: string, text: string): FleetRun {
  const lines = text.split('\n');
  const hosts: FleetHost[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const read = parsed(line);
    if (read === undefined) {
      if (index === lines.length - 1) continue;
      throw new LookError(`${file}:${index + 1} is no line of a run of sshwhy fleet`);
    }
    if (read.kind === 'host') hosts.push(read);
  }
  return { hosts, table: fleetTable(hosts) };
}

function parsed(line: string): ReturnType<typeof fleetLineSchema.parse> | undefined {
  try {
    return fleetLineSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
