import {
  FLEET_OUTCOMES,
  type FleetDrift,
  type FleetHost,
  type FleetSummary,
  type FleetVantages,
} from '../../model/fleet.ts';
import type { FleetKey } from '../../model/fleet-keys.ts';
import { driftTally } from './drift.ts';
import { fleetTally } from './group.ts';
import { type FleetKeysAsked, keysTally } from './keys.ts';
import { type FleetMatrix, matrixTally } from './matrix.ts';
import { vantageTally } from './vantages.ts';

/** A host as a report needs it: what is compared and what stands in the matrix has been added up already. */
export type ReportedHost = Omit<FleetHost, 'facts' | 'gates' | 'keys'>;

/** A run as a whole: what its reports are made of. */
export interface FleetRun {
  readonly summary: FleetSummary;
  readonly matrix: FleetMatrix;
  readonly drift: readonly FleetDrift[];
  /** Where the keys get in that were asked about. */
  readonly keys: readonly FleetKey[];
  /** Worst first, then by name. */
  readonly hosts: readonly ReportedHost[];
  /** From where to where, where it was looked at from elsewhere. */
  readonly vantages?: FleetVantages;
  readonly asked: readonly FleetHost['asked'][];
  /** RFC 3339, of the first and the last host that was asked. */
  readonly from?: string;
  readonly to?: string;
}

/** Adds up the hosts of a run as they come. A host that comes twice, from a run that went on, counts once. */
export function runTally({
  alike = [],
  asks = {},
}: {
  readonly alike?: readonly string[];
  readonly asks?: FleetKeysAsked;
} = {}): {
  see(host: FleetHost): void;
  end(o: Pick<FleetSummary, 'ms' | 'interrupted'>): FleetRun;
} {
  const [sums, matrix, drift, keys] = [fleetTally(), matrixTally(), driftTally({ alike }), keysTally(asks)];
  const places = vantageTally();
  const [hosts, seen, asked]: [ReportedHost[], Set<string>, Set<FleetHost['asked']>] = [[], new Set(), new Set()];
  let [from, to]: [string | undefined, string | undefined] = [undefined, undefined];
  return {
    see(host) {
      const key = `${host.name}\0${host.port}\0${host.vantage ?? ''}`;
      if (seen.has(key)) return;
      seen.add(key);
      for (const tally of [sums, matrix, drift, keys, places]) tally.see(host);
      asked.add(host.asked);
      if (from === undefined || host.at < from) from = host.at;
      if (to === undefined || host.at > to) to = host.at;
      const { facts: _, gates: __, keys: ___, ...rest } = host;
      hosts.push(rest);
    },
    end(o) {
      const { sums: across, keys: wanted } = keys.end();
      const vantages = places.end();
      return {
        summary: { ...sums.end(o), ...(across === undefined ? {} : { keys: across }) },
        matrix: matrix.end(),
        drift: drift.end(),
        keys: wanted,
        ...(vantages === undefined ? {} : { vantages }),
        hosts: hosts.sort(
          (a, b) =>
            FLEET_OUTCOMES.indexOf(a.outcome) - FLEET_OUTCOMES.indexOf(b.outcome) ||
            (a.name < b.name
              ? -1
              : a.name > b.name
                ? 1
                : a.port - b.port || ((a.vantage ?? '') < (b.vantage ?? '') ? -1 : 1)),
        ),
        asked: [...asked],
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
      };
    },
  };
}
