import type { CauseId } from './gate.ts';

/**
 * An event of a log as `sshwhy watch` carries, stores and publishes it: flat, so that a store and a broker need to know nothing
 * of the table of events (`src/knowledge/events`). A field that the message does not name is missing.
 */
export interface WatchEvent {
  /** Names it for ever: the host, the source, and the place there (a cursor of the journal; file, inode and offset). */
  readonly id: string;
  /** Epoch milliseconds; of a line without a stamp, when it was read. */
  readonly at: number;
  readonly host: string;
  /** Id of a row of the table of events, e.g. `sshd/failed-password`. */
  readonly type: string;
  /** What it says of a login or of the service: `Outcome` of the table of events. */
  readonly outcome: string;
  readonly user?: string;
  readonly from?: string;
  readonly port?: string;
  readonly method?: string;
  readonly key?: string;
  readonly jail?: string;
  readonly detail?: string;
  readonly file?: string;
  readonly pid?: number;
  /** What the other side chose can be read in two ways: the line names nobody. */
  readonly forged?: true;
}

/** `page`: somebody has to look now. `notice`: worth a look in the morning. `note`: kept as context of others, alerts nobody. */
export type Urgency = 'page' | 'notice' | 'note';

/** What one detector saw. A signal carries its evidence; of many events the first, the last, and some between. */
export interface Signal {
  /** The detector's name, which is its file under `src/reason/watch/detect`. */
  readonly detector: string;
  /** When it became so, epoch milliseconds. */
  readonly at: number;
  readonly urgency: Urgency;
  /** Whom it is about; what several signals share makes them one incident. */
  readonly about: Readonly<Partial<Record<'host' | 'user' | 'from' | 'network', string>>>;
  /** The one sentence that every output shows, with the numbers that decided. Foreign text in it is raw: outputs escape it. */
  readonly says: string;
  /** What was measured, against what: `{ seen: 31, expected: 4, limit: 20, windowMs: 600000 }`. */
  readonly measure: Readonly<Record<string, number>>;
  /** At most 20, oldest first. */
  readonly evidence: readonly WatchEvent[];
}

/** Signals, bans, drops, penalties and changes of configuration that belong together. */
export interface Incident {
  /** Stable while it lasts; time and a hash of whom it is about. */
  readonly id: string;
  readonly state: 'open' | 'closed';
  readonly opened: number;
  /** When something was last added. */
  readonly updated: number;
  readonly urgency: Urgency;
  readonly about: Signal['about'];
  /** One line. Foreign text in it is raw. */
  readonly title: string;
  /** What happened, in order, a sentence each. */
  readonly story: readonly string[];
  /** At most 50, oldest first. */
  readonly signals: readonly Signal[];
  readonly causes: readonly CauseId[];
  /** What to do, a sentence or a command each. */
  readonly advice: readonly string[];
}

/** Where the reading of a source stands, so that nothing is lost or counted twice when it goes on. */
export interface Place {
  /** The journal, or the path of a file. */
  readonly source: string;
  /** Opaque to all but its follower. */
  readonly cursor: string;
}

/** What a follower hands over at once: the store keeps the events and the place in one transaction, or neither. */
export interface Batch {
  readonly events: readonly WatchEvent[];
  readonly place: Place;
  /** Of the lines that were read for it. */
  readonly lines: { readonly all: number; readonly unparsed: number; readonly other: number };
}

/** Where events and incidents are kept. Storing the same batch twice is the same as storing it once. */
export interface EventStore {
  /** @throws LookError when it cannot be written. */
  put(batch: Batch): Promise<void>;
  putIncident(incident: Incident): Promise<void>;
  places(): Promise<readonly Place[]>;
  /** Oldest first. `limit` at most 10,000 at once; go on from the last one's time and id. */
  events(question: EventQuestion): Promise<readonly WatchEvent[]>;
  /** Numbers of events per step of time, outcome by outcome, for a picture. */
  counts(question: {
    readonly since: number;
    readonly until: number;
    readonly stepMs: number;
  }): Promise<readonly { readonly at: number; readonly outcome: string; readonly count: number }[]>;
  /** Epoch milliseconds: from when there are numbers, and of the oldest and newest event that is kept; undefined: there is none. */
  span(): Promise<{ readonly counted: number; readonly first: number; readonly last: number } | undefined>;
  /** In the order of their last change. */
  incidents(question: {
    readonly since: number;
    readonly state?: Incident['state'];
    readonly id?: string;
  }): Promise<readonly Incident[]>;
  /** What learning detectors remember, by name. */
  memory(name: string): Promise<string | undefined>;
  remember(name: string, value: string): Promise<void>;
  /** Takes away what is older, or the oldest until the store is small enough. Returns how many events went. */
  prune(keep: { readonly since: number; readonly maxBytes?: number }): Promise<number>;
  size(): Promise<{ readonly events: number; readonly bytes: number }>;
  close(): Promise<void>;
}

export interface EventQuestion {
  readonly since?: number;
  readonly until?: number;
  readonly after?: { readonly at: number; readonly id: string };
  readonly user?: string;
  readonly from?: string;
  readonly host?: string;
  readonly outcomes?: readonly string[];
  readonly limit: number;
}

/** Sees each event once, in the order of its source, and says what it makes of them. Pure: time is that of the events and of `tick`. */
export interface Detector {
  readonly name: string;
  see(event: WatchEvent): readonly Signal[];
  /** Called about once a minute of the watched time, with what was read since, so that silence can be seen. */
  tick(now: number, read: { readonly lines: number; readonly unparsed: number }): readonly Signal[];
  /** What it has learnt, to go on from after a restart; undefined when it learns nothing. At most 10 MB. */
  save?(): string;
  load?(saved: string): void;
}

/** Where alerts go: one function for each kind of channel. @throws LookError with what the other side said; it is tried again later. */
export interface Channel {
  readonly name: string;
  send(alert: Alert, signal: AbortSignal): Promise<void>;
}

export interface Alert {
  /** The same for the same incident and step, so that the other side can leave out doubles. */
  readonly id: string;
  readonly kind: 'opened' | 'grown' | 'closed' | 'test';
  /** When it was decided, epoch milliseconds: an alert can arrive a day late. */
  readonly at: number;
  readonly incident: Incident;
  /** How many alerts were held back by the limits since the last one. */
  readonly heldBack: number;
}

/** Something that takes events beside the store: metrics, a broker, a SIEM. It has its own limits and never holds up the others for long. */
export interface Sink {
  readonly name: string;
  /** It keeps what it takes, and waits when it cannot: the batch is not stored, nor its place, before `put` has returned. */
  readonly waits?: true;
  put(batch: Batch): Promise<void>;
  signals?(signals: readonly Signal[]): void;
  incident?(incident: Incident, change: Alert['kind']): Promise<void> | void;
  close(): Promise<void>;
}
