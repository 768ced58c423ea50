import { type FleetTable, fleetTable, type SeenHost } from '../../reason/fleet/table.ts';
import { readRun } from '../fleet/kept.ts';

export interface SeenRun {
  readonly hosts: readonly SeenHost[];
  readonly table: FleetTable;
}

/** A run of `sshwhy fleet`, also while it is written. @throws LookError when the file is none. */
export async function seenRun(file: string): Promise<SeenRun> {
  const hosts: SeenHost[] = [];
  for await (const { facts: _, ...host } of readRun(file)) hosts.push(host);
  return { hosts, table: fleetTable(hosts) };
}
