import type { FleetHost } from '../../model/fleet.ts';

export interface FleetChange {
  readonly name: string;
  readonly port: number;
  readonly kind: 'better' | 'worse' | 'other' | 'new' | 'gone';
  readonly before?: Pick<FleetHost, 'outcome' | 'says' | 'found'>;
  readonly after?: Pick<FleetHost, 'outcome' | 'says' | 'found'>;
}

const RANK: Readonly<Record<FleetHost['outcome'], number>> = {
  open: 0,
  'not-asked': 1,
  unknown: 1,
  degraded: 2,
  closed: 3,
};
const key = ({ name, port }: FleetHost): string => `${name}\0${port}`;
const ids = ({ found }: FleetHost): string =>
  found
    .map(({ id }) => id)
    .toSorted()
    .join(' ');

/** What changed from one run to another, what got worse first. Hosts that are as they were are left out. */
export function fleetDiff(before: readonly FleetHost[], after: readonly FleetHost[]): FleetChange[] {
  const old = new Map(before.map((host) => [key(host), host]));
  const now = new Map(after.map((host) => [key(host), host]));
  const changes: FleetChange[] = [];
  for (const [at, is] of now) {
    const was = old.get(at);
    const { name, port } = is;
    if (was === undefined) changes.push({ name, port, kind: 'new', after: is });
    else if (was.outcome !== is.outcome || ids(was) !== ids(is)) {
      const by = RANK[is.outcome] - RANK[was.outcome] || is.found.length - was.found.length;
      changes.push({ name, port, kind: by > 0 ? 'worse' : by < 0 ? 'better' : 'other', before: was, after: is });
    }
  }
  for (const [at, was] of old)
    if (!now.has(at)) changes.push({ name: was.name, port: was.port, kind: 'gone', before: was });
  const order = ['worse', 'gone', 'other', 'new', 'better'];
  return changes.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || (a.name < b.name ? -1 : 1));
}
