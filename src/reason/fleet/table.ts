import { FLEET_OUTCOMES, type FleetHost, type FleetSummary } from '../../model/fleet.ts';
import { GATES } from '../../model/gate.ts';
import type { Outcome } from '../../model/report.ts';
import { fleetTally } from './group.ts';

const LETTER: Readonly<Record<Outcome, string>> = {
  open: 'o',
  closed: 'c',
  degraded: 'd',
  unknown: 'u',
  'not-reached': '-',
};

/** A host of a run without what is compared only within one. */
export type SeenHost = Omit<FleetHost, 'facts'>;

/** One host of a table of thousands: what repeats is a number that points into the table's lists. */
export interface FleetRow {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly outcome: FleetHost['outcome'];
  /** A letter for each of `gates`: o(pen), c(losed), d(egraded), u(nknown), - (not reached or not asked). */
  readonly gates: string;
  readonly says: string;
  /** Places in `groups`. */
  readonly found: readonly number[];
  /** Places in `labels`. */
  readonly labels: readonly number[];
}

export interface FleetTable {
  readonly asked: FleetHost['asked'] | 'nothing';
  readonly gates: readonly string[];
  /** Hosts with the same cause or control, most first. */
  readonly groups: readonly Pick<FleetSummary['groups'][number], 'id' | 'verdict' | 'says' | 'count'>[];
  /** Groups and tags of the inventory. */
  readonly labels: readonly string[];
  readonly outcomes: Readonly<Record<string, number>>;
  /** Worst first, and then in the order of the run. */
  readonly rows: readonly FleetRow[];
}

/** Every host of a run with its gates, small enough to be sent whole. A host that was asked twice counts as it was last. */
export function fleetTable(lines: readonly SeenHost[]): FleetTable {
  const hosts = [...new Map(lines.map((host) => [`${host.name}\0${host.port}\0${host.vantage ?? ''}`, host])).values()];
  const tally = fleetTally();
  for (const host of hosts) tally.see(host);
  const { groups, outcomes } = tally.end({ ms: 0, interrupted: false });
  const place = new Map(groups.map(({ id, verdict }, index) => [`${id} ${verdict ?? ''}`, index]));
  const labels = new Map<string, number>();
  const labelOf = (text: string): number => {
    const known = labels.get(text) ?? labels.size;
    labels.set(text, known);
    return known;
  };
  const rows = hosts.map((host): FleetRow => {
    const { name, address, port, outcome, says } = host;
    const letters = new Map(host.gates.map((one) => [one.gate, LETTER[one.outcome]]));
    return {
      ...{ name: host.vantage === undefined ? name : `${name} from ${host.vantage}`, address, port, outcome, says },
      gates: GATES.map((gate) => letters.get(gate) ?? '-').join(''),
      found: [...new Set(host.found.flatMap(({ id, verdict }) => place.get(`${id} ${verdict ?? ''}`) ?? []))],
      labels: [...new Set([...host.groups, ...host.tags].map(labelOf))],
    };
  });
  return {
    asked: hosts[0]?.asked ?? 'nothing',
    gates: GATES,
    groups: groups.map(({ id, verdict, says, count }) => ({ id, says, count, ...(verdict && { verdict }) })),
    labels: [...labels.keys()],
    outcomes,
    rows: rows.sort((a, b) => FLEET_OUTCOMES.indexOf(a.outcome) - FLEET_OUTCOMES.indexOf(b.outcome)),
  };
}
