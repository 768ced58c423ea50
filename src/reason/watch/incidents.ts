import type { Alert, Incident, Signal, WatchEvent } from '../../model/watch.ts';
import { type Attempts, attempts as fresh } from './attempts.ts';
import { bounded, flat } from './bounded.ts';
import { kept } from './evidence.ts';
import {
  absorb,
  addContext,
  addSignal,
  addStory,
  type Draft,
  draft,
  draftOf,
  incidentOf,
  keysOf,
  ownSignal,
} from './incident-draft.ts';
import { contextSays, RANK } from './incident-words.ts';
import { networkOf } from './network.ts';
import { limit } from './thresholds.ts';
import { count } from './words.ts';

/** What became of an incident, for the store, the alerts and the sinks. */
export interface IncidentChange {
  readonly kind: Exclude<Alert['kind'], 'test'>;
  readonly incident: Incident;
}

export interface Incidents {
  /** Every event, before or after the detectors have seen it: bans, drops, penalties and words of the service belong to incidents. */
  see(event: WatchEvent): readonly IncidentChange[];
  add(signals: readonly Signal[]): readonly IncidentChange[];
  /** About once a minute of the watched time: what has been quiet is closed. */
  tick(now: number): readonly IncidentChange[];
  open(): readonly Incident[];
  /** Goes on with incidents that were open when the watch ended. */
  restore(incidents: readonly Incident[]): void;
}

const QUIET = limit('incident.quiet');
const BEFORE = limit('incident.before');
const MOST = limit('incident.open');
/** Sources of which it is remembered what they did before they became an incident. */
const SOURCES = 8192;
/** Words of the service that are remembered of one host. */
const WORDS = 12;
const NONE: readonly never[] = [];

interface Before {
  first: number;
  last: number;
  failures: number;
  user: string | undefined;
  users: 1 | 2;
  events: WatchEvent[];
}

const SHUT_OUT = new Set(['ban', 'unban', 'drop']);
const PENALTY = 'sshd/drop-penalty';

/** Whether an event that is no attempt to get in can be part of an incident. */
export const isOfIncidents = ({ outcome, type }: WatchEvent): boolean =>
  SHUT_OUT.has(outcome) || type === PENALTY || outcome === 'daemon' || outcome === 'fault';

/**
 * Joins signals, bans, drops of the firewall, penalties of sshd, and what the service says, to incidents: by source, network, user or
 * host, while one follows the other. What a source did before, and what was changed on the host shortly before, is in the story.
 */
export function incidents(attempts: Attempts = fresh()): Incidents {
  const byKey = new Map<string, Draft>();
  /** The one that was heard of last at the end. */
  const drafts = new Map<string, Draft>();
  const before = bounded<Before>(SOURCES, SOURCES / 4);
  const service = bounded<{ at: number; event: WatchEvent }[]>(128, 128);

  function index(one: Draft): void {
    drafts.delete(one.id);
    drafts.set(one.id, one);
    for (const key of one.keys) byKey.set(key, one);
  }

  function forget(one: Draft): Incident {
    drafts.delete(one.id);
    for (const key of one.keys) if (byKey.get(key) === one) byKey.delete(key);
    return incidentOf(one, 'closed');
  }

  function find(keys: readonly string[]): Draft[] {
    const found = new Set<Draft>();
    for (const key of keys) {
      const one = byKey.get(key);
      if (one !== undefined) found.add(one);
    }
    return [...found].sort((a, b) => a.opened - b.opened);
  }

  function makeRoom(): IncidentChange[] {
    if (drafts.size <= MOST) return [];
    let least: Draft | undefined;
    for (const one of drafts.values()) if (least === undefined || RANK[one.urgency] < RANK[least.urgency]) least = one;
    return least === undefined ? [] : [{ kind: 'closed', incident: forget(least) }];
  }

  /** What was known of the source, and of the host, when the incident began. */
  function recall(into: Draft, about: Signal['about'], at: number, ofService: boolean): void {
    const earlier = about.from === undefined ? undefined : before.get(about.from);
    if (earlier !== undefined && earlier.failures > 0) failures(into, about.from as string, earlier);
    for (const event of earlier?.events ?? []) addContext(into, event, event.at);
    if (!ofService || about.host === undefined) return;
    for (const { at: then, event } of service.get(about.host) ?? [])
      if (Math.abs(at - then) <= BEFORE) addContext(into, event, then);
  }

  function failures(into: Draft, from: string, { first, failures: n, user, users }: Before): void {
    const who = users === 1 && user !== undefined ? ` as ${user}` : ', as several users';
    addStory(into, `failures ${from}`, first, `${from} began to fail: ${count(n, 'time')} so far${who}.`);
  }

  function begin(
    at: number,
    about: Signal['about'],
    otherwise: string,
    keys: readonly string[],
    ofService: boolean,
  ): Draft {
    const one = draft(at, about, otherwise);
    for (const key of keys) one.keys.add(flat(key));
    recall(one, about, at, ofService);
    return one;
  }

  function addOne(given: Signal): IncidentChange[] {
    const signal = ownSignal(given);
    const keys = keysOf(signal);
    const [first, ...others] = find(keys);
    const ofService = keys.some((key) => key.startsWith('service '));
    if (first === undefined) {
      const one = begin(signal.at, signal.about, signal.says, keys, ofService);
      addSignal(one, signal);
      one.about = signal.about;
      index(one);
      return [{ kind: 'opened', incident: incidentOf(one, 'open') }, ...makeRoom()];
    }
    const changes: IncidentChange[] = [];
    for (const other of others) {
      const gone = forget(other);
      absorb(first, other);
      changes.push({ kind: 'closed', incident: { ...gone, advice: [`Became part of ${first.id}.`] } });
    }
    const news = addSignal(first, signal) || others.length > 0;
    if (signal.about.from !== undefined) {
      const earlier = before.get(signal.about.from);
      if (earlier !== undefined && earlier.failures > 0) failures(first, signal.about.from, earlier);
    }
    index(first);
    if (news) changes.push({ kind: 'grown', incident: incidentOf(first, 'open') });
    return changes;
  }

  function remember(event: WatchEvent, from: string, now: number, failed: boolean): Before {
    const one = before.touch(from, () => ({
      first: now,
      last: now,
      failures: 0,
      user: undefined,
      users: 1,
      events: [],
    }));
    if (Math.abs(now - one.last) > QUIET)
      Object.assign(one, { first: now, failures: 0, user: undefined, users: 1, events: [] });
    one.last = now;
    if (failed) {
      if (one.failures > 0 && one.user !== event.user) one.users = 2;
      else if (event.user !== undefined) one.user = flat(event.user);
      one.failures += 1;
    } else if (!one.events.some(({ type }) => type === event.type)) one.events.push(kept(event));
    return one;
  }

  function shutOut(event: WatchEvent, from: string, now: number): readonly IncidentChange[] {
    const network = networkOf(from);
    const keys = [`from ${from}`, ...(network === undefined ? [] : [`network ${network}`])];
    const [one] = find(keys);
    if (one !== undefined) {
      const first = addContext(one, event, now);
      index(one);
      return first ? [{ kind: 'grown', incident: incidentOf(one, 'open') }] : NONE;
    }
    remember(event, from, now, false);
    // What the firewall drops of strangers all day is no incident, and a ban that ends none.
    if (event.outcome !== 'ban' && event.type !== PENALTY) return NONE;
    const about = { host: event.host, from, ...(network === undefined ? {} : { network }) };
    const made = begin(now, about, contextSays(event, 1), keys, false);
    index(made);
    return [{ kind: 'opened', incident: incidentOf(made, 'open') }, ...makeRoom()];
  }

  function ofService(event: WatchEvent, now: number): readonly IncidentChange[] {
    const words = service.touch(event.host, () => []);
    words.push({ at: now, event: kept(event) });
    if (words.length > WORDS) words.shift();
    const [one] = find([`service ${event.host}`]);
    if (one === undefined) return NONE;
    const first = addContext(one, event, now);
    index(one);
    return first ? [{ kind: 'grown', incident: incidentOf(one, 'open') }] : NONE;
  }

  return {
    see(event) {
      const attempt = attempts.of(event);
      const now = attempt?.now ?? attempts.now();
      const { from, outcome } = event;
      if (attempt?.kind === 'failed' && attempt.from !== undefined) {
        const earlier = remember(event, attempt.from, now, true);
        const one = byKey.get(`from ${attempt.from}`);
        if (one === undefined) return NONE;
        one.updated = Math.max(one.updated, now);
        failures(one, attempt.from, earlier);
        return NONE;
      }
      if (from !== undefined && (SHUT_OUT.has(outcome) || event.type === PENALTY)) return shutOut(event, from, now);
      return outcome === 'daemon' || outcome === 'fault' ? ofService(event, now) : NONE;
    },
    add: (signals) => signals.flatMap(addOne),
    tick(now) {
      attempts.tick(now);
      const time = attempts.now();
      const closed: IncidentChange[] = [];
      for (const one of [...drafts.values()])
        if (time - one.updated >= QUIET) closed.push({ kind: 'closed', incident: forget(one) });
      return closed;
    },
    open: () => [...drafts.values()].map((one) => incidentOf(one, 'open')),
    restore(saved) {
      for (const incident of saved.slice(-MOST)) if (incident.state === 'open') index(draftOf(incident));
    },
  };
}
