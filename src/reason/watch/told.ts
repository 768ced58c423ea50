import type { Alert, Incident, Urgency } from '../../model/watch.ts';

/** What one channel is for. */
export interface ChannelRules {
  readonly name: string;
  /** What is less urgent does not go there; a `note` goes nowhere. */
  readonly minimum: 'page' | 'notice';
  /** At most `count` alerts within `perMs`. A third of them is kept for pages. */
  readonly limit: { readonly count: number; readonly perMs: number };
  /** Whether it is told that an incident is over. */
  readonly ends: boolean;
}

export interface Told {
  readonly urgency: Urgency;
  readonly updated: number;
  readonly at: number;
  /** How often `grown` was said. */
  readonly grown: number;
  readonly over: boolean;
  /** Id of the alert. */
  readonly last: string;
}

/** What a channel knows of an incident. `held`: the limit kept it back; `counted` until the next alert has said so. */
export interface Knows {
  told?: Told;
  held?: 'counted' | 'said';
}

export interface Entry {
  incident: Incident;
  readonly knows: Map<string, Knows>;
}

export interface Tally {
  sent: readonly number[];
  /** Held back, and never to be told by itself. */
  lost: number;
}

export interface Saved {
  readonly incidents: readonly { readonly incident: Incident; readonly knows: readonly [string, Knows][] }[];
  readonly tallies: readonly [string, Tally][];
  readonly done: readonly [string, number][];
}

const RANK: Readonly<Record<Urgency, number>> = { note: 0, notice: 1, page: 2 };
const rises = ({ urgency }: Incident, told: Told): boolean => RANK[urgency] > RANK[told.urgency];

/** What a channel has to be told of an incident when nothing silences it. */
export function stepOf(
  { incident, knows }: Entry,
  { name, minimum, ends }: ChannelRules,
  growEveryMs: number,
  now: number,
): 'opened' | 'grown' | 'closed' | undefined {
  const { told, held } = knows.get(name) ?? {};
  const over = incident.state === 'closed';
  if (told === undefined) {
    if (RANK[incident.urgency] < RANK[minimum]) return undefined;
    if (!over) return 'opened';
    // What was held back and is over by now is only counted, unless it was urgent.
    return incident.urgency === 'page' || held === undefined ? 'closed' : undefined;
  }
  if (told.over) return undefined;
  if (over) return ends || rises(incident, told) ? 'closed' : undefined;
  if (rises(incident, told)) return 'grown';
  return incident.updated > told.updated && now - told.at >= growEveryMs ? 'grown' : undefined;
}

export function alertOf(entry: Entry, kind: Alert['kind'], channel: string, at: number, heldBack: number): Alert {
  const { id, urgency } = entry.incident;
  const again = kind === 'grown' ? `:${(entry.knows.get(channel)?.told?.grown ?? 0) + 1}` : '';
  return { id: `${id}:${kind}:${urgency}${again}`, kind, at, incident: entry.incident, heldBack };
}
