import type { FleetHost } from '../../model/fleet.ts';
import { type GrantsChange, grantsDiff, opensMore } from './grants-diff.ts';

export interface FleetChange {
  readonly name: string;
  readonly port: number;
  readonly vantage?: string;
  readonly kind: 'better' | 'worse' | 'other' | 'new' | 'gone';
  readonly before?: Pick<FleetHost, 'outcome' | 'says' | 'found'>;
  readonly after?: Pick<FleetHost, 'outcome' | 'says' | 'found'>;
  /** Which ways in came and went, where two looks at keys are held against each other. */
  readonly grants?: GrantsChange;
}

const RANK: Readonly<Record<FleetHost['outcome'], number>> = {
  open: 0,
  'not-asked': 1,
  unknown: 1,
  degraded: 2,
  closed: 3,
};
const key = ({ name, port, vantage = '' }: FleetHost): string => `${name}\0${port}\0${vantage}`;
/** Which host, and from where. */
const which = ({ name, port, vantage }: FleetHost): Pick<FleetChange, 'name' | 'port' | 'vantage'> => ({
  name,
  port,
  ...(vantage === undefined ? {} : { vantage }),
});
const ids = ({ found }: FleetHost): string =>
  found
    .map(({ id }) => id)
    .toSorted()
    .join(' ');

/** What is told of a change beside it: every way in of a host is not part of that. */
const without = ({ keys: _, ...host }: FleetHost): Omit<FleetHost, 'keys'> => host;

/**
 * What changed from one run to another, what got worse first. Hosts that are as they were are left out. A way in that came is worse:
 * somebody has to know of it.
 */
export function fleetDiff(before: readonly FleetHost[], after: readonly FleetHost[]): FleetChange[] {
  const old = new Map(before.map((host) => [key(host), host]));
  const now = new Map(after.map((host) => [key(host), host]));
  const changes: FleetChange[] = [];
  for (const [at, is] of now) {
    const was = old.get(at);
    if (was === undefined) {
      changes.push({ ...which(is), kind: 'new', after: without(is) });
      continue;
    }
    const all = grantsDiff(was.keys, is.keys);
    const grants = all && all.came.length + all.went.length + all.changed.length > 0 ? all : undefined;
    if (was.outcome === is.outcome && ids(was) === ids(is) && grants === undefined) continue;
    const by =
      (grants && opensMore(grants) ? 1 : 0) ||
      RANK[is.outcome] - RANK[was.outcome] ||
      is.found.length - was.found.length ||
      (grants && grants.went.length > 0 ? -1 : 0);
    changes.push({
      ...which(is),
      kind: by > 0 ? 'worse' : by < 0 ? 'better' : 'other',
      before: without(was),
      after: without(is),
      ...(grants === undefined ? {} : { grants }),
    });
  }
  for (const [at, was] of old) if (!now.has(at)) changes.push({ ...which(was), kind: 'gone', before: without(was) });
  const order = ['worse', 'gone', 'other', 'new', 'better'];
  return changes.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || (a.name < b.name ? -1 : 1));
}
