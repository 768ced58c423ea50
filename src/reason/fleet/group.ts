import type { FleetHost, FleetSummary } from '../../model/fleet.ts';

const NAMES_MAX = 1000;

/** Adds up hosts as they come: how many of each outcome, and which have the same cause. */
export function fleetTally(): {
  see(host: FleetHost): void;
  end(o: { readonly ms: number; readonly interrupted: boolean }): FleetSummary;
} {
  let hosts = 0;
  const outcomes: Record<string, number> = {};
  const causes = new Map<string, FleetSummary['causes'][number]>();
  return {
    see({ name, outcome, cause, verdict, says }) {
      hosts++;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      if (cause === undefined || verdict === undefined) return;
      const key = `${cause} ${verdict}`;
      const known = causes.get(key) ?? { cause, verdict, says, hosts: [], count: 0 };
      known.count++;
      if (known.hosts.length < NAMES_MAX) known.hosts.push(name);
      causes.set(key, known);
    },
    end: ({ ms, interrupted }) => ({
      kind: 'summary',
      schema: 1,
      hosts,
      outcomes,
      causes: [...causes.values()].sort((a, b) => b.count - a.count),
      ms: Math.round(ms),
      interrupted,
    }),
  };
}
