/** Answers of what was stored and saved: the types of both sides. Nothing here runs. */
import type { IncidentAnswer, IncidentLine } from '../app/see/incidents.ts';
import type { TimelineAnswer } from '../app/see/timeline.ts';
import type { WatchEvent } from '../model/watch.ts';
import type { FleetRow, FleetTable, SeenHost } from '../reason/fleet/table.ts';
import type { Posture, PostureHost } from '../reason/harden/posture.ts';
import type { Holder, Reach, Way } from '../reason/keyring/reach.ts';
import type { Surrounding, Why } from '../reason/watch/around.ts';
import type { TimelineKind } from '../reason/watch/timeline.ts';

/** What there is, or why there is nothing yet. */
export type Given<T> = { readonly none?: undefined; readonly value: T } | { readonly none: string };

/** What the table of events says of a type. */
export interface TypeWords {
  readonly meaning: string;
  readonly advice: string;
  readonly causes: readonly string[];
}

/** GET /api/watch/timeline?since&until&most */
export type TimelineGiven = Given<TimelineAnswer>;
/** GET /api/watch/events?since&until&kinds&user&from&host&after&skip&limit */
export interface EventPage {
  readonly events: readonly WatchEvent[];
  readonly types: Readonly<Record<string, TypeWords>>;
}
/** GET /api/watch/news: what changes when something was stored. */
export interface WatchNews {
  readonly events: number;
  readonly last: number;
}
/** GET /api/watch/incidents?since */
export type IncidentsGiven = Given<readonly IncidentLine[]>;
/** GET /api/watch/incident?id */
export interface IncidentGiven extends IncidentAnswer {
  readonly types: Readonly<Record<string, TypeWords>>;
}
/** GET /api/fleet */
export type FleetGiven = Given<FleetTable & { readonly writtenAt: number }>;
/** GET /api/fleet/host?name&port */
export type FleetHostGiven = SeenHost;
/** GET /api/keys */
export type KeysGiven = Given<Reach>;
/** GET /api/posture: the results of each host without what only one of them shows. */
export type PostureGiven = Given<
  Omit<Posture, 'hosts'> & {
    readonly hosts: readonly (Omit<PostureHost, 'results'> & {
      readonly score?: number;
      /** The worst status of each of `controls`, as a letter: f, u, w, p, n; `-`: not judged there. */
      readonly cells: string;
    })[];
  }
>;
/** GET /api/posture/host?host */
export type PostureHostGiven = PostureHost;
export type { FleetRow, FleetTable, Holder, IncidentLine, Reach, Surrounding, TimelineAnswer, TimelineKind, Way, Why };
