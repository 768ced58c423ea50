import type { FleetHost, FleetSummary } from '../../model/fleet.ts';

const NAMES_MAX = 1000;

/** Adds up hosts as they come: how many of each outcome, and which have the same fault. */
export function fleetTally(): {
  see(host: FleetHost): void;
  end(o: { readonly ms: number; readonly interrupted: boolean }): FleetSummary;
} {
  let hosts = 0;
  const outcomes: Record<string, number> = {};
  const groups = new Map<string, FleetSummary['groups'][number]>();
  return {
    see({ name, outcome, found }) {
      hosts++;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      for (const one of found) {
        const key = `${one.id} ${one.verdict ?? ''}`;
        const known = groups.get(key) ?? { ...one, hosts: [], count: 0 };
        known.count++;
        if (known.hosts.length < NAMES_MAX) known.hosts.push(name);
        groups.set(key, known);
      }
    },
    end: ({ ms, interrupted }) => ({
      kind: 'summary',
      schema: 1,
      hosts,
      outcomes,
      groups: [...groups.values()].sort((a, b) => b.count - a.count),
      ms: Math.round(ms),
      interrupted,
    }),
  };
}
