import type { Incident, Signal, WatchEvent } from '../../model/watch.ts';

const WORD = 256;
const SENTENCE = 1000;
const LISTED = 50;
const BYTES = 32 * 1024;

/** The first `most` characters as well-formed UTF-16, with an ellipsis where something was cut. */
const cut = (text: string, most: number): string =>
  (text.length > most ? `${text.slice(0, most - 1)}…` : text).replace(/\p{Cs}/gu, '\ufffd');

const cutAll = <T extends object>(record: T): T =>
  Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, typeof value === 'string' ? cut(value, WORD) : value]),
  ) as T;

function signal(one: Signal, evidence: readonly WatchEvent[], says: number): Signal {
  return { ...one, about: cutAll(one.about), says: cut(one.says, says), evidence: evidence.map(cutAll) };
}

/**
 * An incident as it is remembered and sent: all that decides and all that is told, but a bounded part of the evidence and of
 * long texts, so that an attacker's 10 kB of user name do not fill the disk or a channel. At most about 32 kB as JSON.
 */
export function trimmed(incident: Incident): Incident {
  const signals = incident.signals.slice(0, LISTED);
  const told = {
    ...incident,
    about: cutAll(incident.about),
    title: cut(incident.title, SENTENCE),
    story: incident.story.slice(-LISTED).map((line) => cut(line, SENTENCE)),
    advice: incident.advice.slice(0, 20).map((line) => cut(line, SENTENCE)),
    signals: signals.map((one, i) =>
      // The beginning and the end of it, with one event that began and one that decided.
      signal(one, i < 5 || i >= signals.length - 5 ? ends(one.evidence) : [], SENTENCE),
    ),
  };
  if (JSON.stringify(told).length <= BYTES) return told;
  return {
    ...told,
    story: told.story.slice(-10).map((line) => cut(line, SENTENCE / 4)),
    advice: told.advice.slice(0, 5).map((line) => cut(line, SENTENCE / 2)),
    signals: signals.map((one) => ({ ...signal(one, [], 100), about: cutEach(one.about, 64) })),
  };
}

const cutEach = (about: Signal['about'], most: number): Signal['about'] =>
  Object.fromEntries(Object.entries(about).map(([key, value]) => [key, cut(value, most)]));

function ends(evidence: readonly WatchEvent[]): readonly WatchEvent[] {
  const [first, last] = [evidence[0], evidence.at(-1)];
  if (first === undefined || last === undefined) return [];
  return first === last ? [first] : [first, last];
}
