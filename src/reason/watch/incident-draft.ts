import type { CauseId } from '../../model/gate.ts';
import type { Incident, Signal, Urgency, WatchEvent } from '../../model/watch.ts';
import { flat } from './bounded.ts';
import { adviceOf, causesOf, contextSays, idOf, RANK, titleOf, told, typeOf } from './incident-words.ts';

/** An incident in the making. */
export interface Draft {
  readonly id: string;
  readonly opened: number;
  updated: number;
  urgency: Urgency;
  about: Incident['about'];
  otherwise: string;
  readonly keys: Set<string>;
  readonly signals: Signal[];
  /** What a line of the story is about, when it was, and what it says. */
  readonly story: Map<string, { at: number; says: string; many: number }>;
  readonly causes: Set<CauseId>;
  readonly advice: Set<string>;
}

const SIGNALS = 50;
const STORY = 40;
const KEYS = 64;

export function draft(at: number, about: Incident['about'], otherwise: string): Draft {
  return {
    id: idOf(at, about),
    opened: at,
    updated: at,
    urgency: 'note',
    about,
    otherwise,
    keys: new Set(),
    signals: [],
    story: new Map(),
    causes: new Set(),
    advice: new Set(),
  };
}

/** A copy that does not keep alive the block of the log that its texts were cut from. */
export function ownSignal(signal: Signal): Signal {
  const about = Object.fromEntries(Object.entries(signal.about).map(([name, text]) => [name, flat(text)]));
  return { ...signal, about, says: flat(signal.says) };
}

/** What makes two signals one matter; the most telling first. */
export function keysOf({ about, detector, evidence }: Signal): readonly string[] {
  const { from, network, user, host = '' } = about;
  const keys: string[] = [];
  if (from !== undefined) keys.push(`from ${from}`);
  if (network !== undefined) keys.push(`network ${network}`);
  if (user !== undefined) keys.push(`user ${host} ${user}`);
  if (detector === 'outage' || detector === 'blindness') keys.push(`service ${host}`);
  // A user who was guessed from everywhere and then let in is what that guessing came to.
  else if (keys.length === 0 || detector === 'success-after-failures') {
    keys.push(`guessing ${host}`);
    // Of all hosts together: what goes on at each of them is part of it.
    if (about.host === undefined) for (const event of evidence) keys.push(`guessing ${event.host}`);
  }
  return keys;
}

function write(into: Draft, key: string, at: number, says: string, many = 1): void {
  into.story.delete(key);
  into.story.set(key, { at, says, many });
  if (into.story.size <= STORY) return;
  // How it began and how it ended is worth more than the middle.
  const middle = [...into.story.keys()][STORY / 2] as string;
  into.story.delete(middle);
}

/** Both were about it; what they differ in is left out. */
function common(a: Incident['about'], b: Incident['about'], first: boolean): Incident['about'] {
  if (first) return b;
  const made: Record<string, string> = {};
  for (const name of ['host', 'user', 'from', 'network'] as const) {
    const [mine, theirs] = [a[name], b[name]];
    const value = mine === undefined || mine === theirs || theirs === undefined ? (mine ?? theirs) : undefined;
    if (value !== undefined) made[name] = value;
  }
  return made;
}

/** Returns whether it is news: another detector, or more urgent. */
export function addSignal(into: Draft, signal: Signal): boolean {
  const news =
    RANK[signal.urgency] > RANK[into.urgency] || !into.signals.some(({ detector }) => detector === signal.detector);
  into.about = common(into.about, signal.about, into.signals.length === 0 && into.story.size === 0);
  if (RANK[signal.urgency] > RANK[into.urgency]) into.urgency = signal.urgency;
  if (into.signals.length < SIGNALS) into.signals.push(signal);
  else into.signals[SIGNALS - 1] = signal;
  into.updated = Math.max(into.updated, signal.at);
  for (const key of keysOf(signal)) if (into.keys.size < KEYS) into.keys.add(key);
  for (const cause of causesOf(signal)) into.causes.add(cause);
  for (const one of adviceOf(signal)) into.advice.add(one);
  write(into, `${signal.detector} ${signal.at} ${signal.says}`, signal.at, signal.says);
  return news;
}

/** A ban, drop, penalty, or word of the service. The same again only counts. Returns whether it is the first of its kind. */
export function addContext(into: Draft, event: WatchEvent, at: number): boolean {
  const key = `${event.type} ${event.from ?? event.detail ?? ''}`;
  const before = into.story.get(key);
  into.updated = Math.max(into.updated, at);
  if (before !== undefined) {
    before.many += 1;
    before.says = contextSays(event, before.many);
    return false;
  }
  write(into, flat(key), at, contextSays(event, 1));
  const type = typeOf(event);
  for (const cause of type?.causes.slice(0, 1) ?? []) into.causes.add(cause);
  if (type !== undefined && type.advice !== '' && type.outcome !== 'refused') into.advice.add(type.advice);
  return true;
}

/** What was before the incident had a name: `key` tells it from others. */
export const addStory = (into: Draft, key: string, at: number, says: string): void => write(into, key, at, says);

/** Takes over what another draft holds; they were one matter. */
export function absorb(into: Draft, other: Draft): void {
  for (const key of other.keys) if (into.keys.size < KEYS) into.keys.add(key);
  for (const signal of other.signals) addSignal(into, signal);
  for (const [key, { at, says, many }] of other.story) if (!into.story.has(key)) write(into, key, at, says, many);
  for (const cause of other.causes) into.causes.add(cause);
  for (const one of other.advice) into.advice.add(one);
  into.updated = Math.max(into.updated, other.updated);
}

const byUrgency = (signals: readonly Signal[]): readonly Signal[] =>
  [...signals].sort((a, b) => RANK[b.urgency] - RANK[a.urgency]);

export function incidentOf(from: Draft, state: Incident['state']): Incident {
  const { id, opened, updated, urgency, about, otherwise, signals, story, causes, advice } = from;
  return {
    id,
    state,
    opened,
    updated,
    urgency,
    about,
    title: titleOf(signals, urgency, otherwise),
    story: [...story.values()].sort((a, b) => a.at - b.at).map(({ at, says }) => told(at, says)),
    signals: [...signals].sort((a, b) => a.at - b.at),
    causes: [...causes],
    // What the most urgent needs stands first.
    advice: [...new Set([...byUrgency(signals).flatMap(adviceOf), ...advice])],
  };
}

/** An incident that was open when the watch ended. */
export function draftOf(incident: Incident): Draft {
  const made = draft(incident.opened, incident.about, incident.title);
  for (const signal of incident.signals) addSignal(made, signal);
  made.story.clear();
  incident.story.forEach((line, i) => {
    const at = Date.parse(`${line.slice(0, 19).replace(' ', 'T')}Z`);
    made.story.set(`${i}`, { at: Number.isNaN(at) ? incident.opened : at, says: line.slice(25), many: 1 });
  });
  if (incident.about.from !== undefined) made.keys.add(`from ${incident.about.from}`);
  if (incident.about.network !== undefined) made.keys.add(`network ${incident.about.network}`);
  for (const cause of incident.causes) made.causes.add(cause);
  for (const one of incident.advice) made.advice.add(one);
  return { ...made, id: incident.id, updated: incident.updated, about: incident.about, urgency: incident.urgency };
}
