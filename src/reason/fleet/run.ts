import { FLEET_OUTCOMES, type FleetDrift, type FleetHost, type FleetSummary } from '../../model/fleet.ts';
import { driftTally } from './drift.ts';
import { fleetTally } from './group.ts';
import { type FleetMatrix, matrixTally } from './matrix.ts';

/** A host as a report needs it: what is compared and what stands in the matrix has been added up already. */
export type ReportedHost = Omit<FleetHost, 'facts' | 'gates'>;

/** A run as a whole: what its reports are made of. */
export interface FleetRun {
  readonly summary: FleetSummary;
  readonly matrix: FleetMatrix;
  readonly drift: readonly FleetDrift[];
  /** Worst first, then by name. */
  readonly hosts: readonly ReportedHost[];
  readonly asked: readonly FleetHost['asked'][];
  /** RFC 3339, of the first and the last host that was asked. */
  readonly from?: string;
  readonly to?: string;
}

/** Adds up the hosts of a run as they come. A host that comes twice, from a run that went on, counts once. */
export function runTally({ alike = [] }: { readonly alike?: readonly string[] } = {}): {
  see(host: FleetHost): void;
  end(o: Pick<FleetSummary, 'ms' | 'interrupted'>): FleetRun;
} {
  const [sums, matrix, drift] = [fleetTally(), matrixTally(), driftTally({ alike })];
  const [hosts, seen, asked]: [ReportedHost[], Set<string>, Set<FleetHost['asked']>] = [[], new Set(), new Set()];
  let [from, to]: [string | undefined, string | undefined] = [undefined, undefined];
  return {
    see(host) {
      const key = `${host.name}\0${host.port}`;
      if (seen.has(key)) return;
      seen.add(key);
      for (const tally of [sums, matrix, drift]) tally.see(host);
      asked.add(host.asked);
      if (from === undefined || host.at < from) from = host.at;
      if (to === undefined || host.at > to) to = host.at;
      const { facts: _, gates: __, ...rest } = host;
      hosts.push(rest);
    },
    end: (o) => ({
      summary: sums.end(o),
      matrix: matrix.end(),
      drift: drift.end(),
      hosts: hosts.sort(
        (a, b) =>
          FLEET_OUTCOMES.indexOf(a.outcome) - FLEET_OUTCOMES.indexOf(b.outcome) ||
          (a.name < b.name ? -1 : a.name > b.name ? 1 : a.port - b.port),
      ),
      asked: [...asked],
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    }),
  };
}
