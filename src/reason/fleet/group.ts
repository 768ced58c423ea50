import type { FleetHost, FleetSummary } from '../../model/fleet.ts';
import { KEY_SEVERITIES } from '../../model/key-severity.ts';

const NAMES_MAX = 1000;
const LINES_MAX = 200;
const FIXES_MAX = 100;

type Group = FleetSummary['groups'][number];

interface Known {
  group: Group;
  /** The line that each of them shows first, and how many show it. */
  readonly lines: Map<string, NonNullable<Group['shared']>>;
  readonly fixes: Set<string>;
}

/** Adds up hosts as they come: how many of each outcome, and which have the same fault. */
export function fleetTally(): {
  see(host: FleetHost): void;
  end(o: { readonly ms: number; readonly interrupted: boolean }): FleetSummary;
} {
  let hosts = 0;
  // A host that is looked at from several places is one host.
  const [places, asked] = [new Set<string>(), new Set<string>()];
  const outcomes: Record<string, number> = {};
  const groups = new Map<string, Known>();
  return {
    see({ name, port, vantage, outcome, found }) {
      if (vantage === undefined) hosts++;
      else {
        places.add(vantage);
        asked.add(`${name}\0${port}`);
      }
      const called = vantage === undefined ? name : `${name} from ${vantage}`;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      const once = new Set<string>();
      for (const { evidence: [first] = [], subject: _, ...one } of found) {
        const key = `${one.id} ${one.verdict ?? ''}`;
        let known = groups.get(key);
        if (known === undefined) {
          known = { group: { ...one, hosts: [], count: 0 }, lines: new Map(), fixes: new Set() };
          groups.set(key, known);
        }
        const { group, lines, fixes } = known;
        if (fixes.size < FIXES_MAX) fixes.add(JSON.stringify(one.fix));
        if (graver(one.severity, group.severity)) known.group = { ...group, severity: one.severity };
        // A host that has it at several of its keys, ports or files is one host.
        if (once.has(key)) continue;
        once.add(key);
        known.group.count++;
        if (group.hosts.length < NAMES_MAX) group.hosts.push(called);
        if (first === undefined) continue;
        const line = lines.get(first.text);
        if (line) line.count++;
        else if (lines.size < LINES_MAX) lines.set(first.text, { text: first.text, at: first.section, count: 1 });
      }
    },
    end: ({ ms, interrupted }) => ({
      kind: 'summary',
      schema: 1,
      hosts: hosts + asked.size,
      ...(places.size > 0 ? { vantages: places.size } : {}),
      outcomes,
      groups: [...groups.values()]
        .map(concluded)
        .sort(
          (a, b) =>
            Number(graver(b.severity, a.severity)) - Number(graver(a.severity, b.severity)) || b.count - a.count,
        ),
      ms: Math.round(ms),
      interrupted,
    }),
  };
}

const graver = (a: Group['severity'], b: Group['severity']): boolean =>
  a !== undefined && (b === undefined || KEY_SEVERITIES.indexOf(a) > KEY_SEVERITIES.indexOf(b));

function concluded({ group, lines, fixes }: Known): Group {
  const [shared] = [...lines.values()].sort((a, b) => b.count - a.count);
  return {
    ...group,
    ...(shared === undefined || shared.count < 2 ? {} : { shared }),
    ...(group.fix === undefined ? {} : { fixes: fixes.size }),
  };
}
