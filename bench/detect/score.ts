import type { Signal } from '../../src/model/watch.ts';
import type { IncidentChange } from '../../src/reason/watch/incidents.ts';
import { networkOf } from '../../src/reason/watch/network.ts';
import type { Truth } from './attacks.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export interface Tally {
  /** Signals, and those of them that are about nothing that was done. */
  signals: number;
  false: number;
  /** Of what the detector has to find. */
  wanted: number;
  found: number;
  delays: number[];
}

export interface Score {
  readonly detectors: Map<string, Tally>;
  /** By kind of day: how many days, how many of them paged, and whether it had to. */
  readonly kinds: Map<string, { days: number; paged: number; page: 'must' | 'never' }>;
  /** What is wrong, to be looked at. */
  readonly wrong: string[];
}

export const score = (): Score => ({ detectors: new Map(), kinds: new Map(), wrong: [] });

const tallyOf = (into: Score, name: string): Tally => {
  const found = into.detectors.get(name) ?? { signals: 0, false: 0, wanted: 0, found: 0, delays: [] };
  into.detectors.set(name, found);
  return found;
};

/** Whether a signal is about what was done then. What is told of a source a little later is still about it. */
function isAbout({ at, about }: Signal, { start, end, from }: Truth): boolean {
  if (at < start - MINUTE || at > end + 2 * HOUR) return false;
  if (from === undefined || (about.from === undefined && about.network === undefined)) return true;
  if (about.from !== undefined) return from.has(about.from);
  return [...from].some((one) => networkOf(one) === about.network);
}

export interface Watched {
  readonly seed: number;
  /** Midnights of the days that are judged. */
  readonly days: readonly number[];
  readonly truths: readonly Truth[];
  /** Addresses that users logged in from for the first time. */
  readonly travelled: ReadonlySet<string>;
  readonly signals: readonly Signal[];
  readonly changes: readonly IncidentChange[];
}

const DAY = 24 * HOUR;
const NORMAL = 'a normal day';

/** When somebody was paged, and why: once for each incident. */
function pagesOf(changes: readonly IncidentChange[]): { at: number; title: string; signals: readonly Signal[] }[] {
  const seen = new Set<string>();
  return changes.flatMap(({ kind, incident }) => {
    if (kind === 'closed' || incident.urgency !== 'page' || seen.has(incident.id)) return [];
    seen.add(incident.id);
    const signals = incident.signals.filter(({ urgency }) => urgency === 'page');
    return [{ at: incident.updated, title: incident.title, signals }];
  });
}

/** Adds up the watch of one host. */
export function judge(into: Score, { seed, days, truths, travelled, signals, changes }: Watched): void {
  const from = days[0] ?? 0;
  const date = (at: number): string => `seed ${seed}, ${new Date(at).toISOString().slice(0, 16)}`;
  const dayOf = ({ at }: { at: number }): string =>
    truths.find(({ start, end }) => at >= start - MINUTE && at <= end + 2 * HOUR)?.kind ?? NORMAL;
  for (const signal of signals) {
    if (signal.at < from) continue;
    const tally = tallyOf(into, signal.detector);
    tally.signals += 1;
    const known =
      truths.some((truth) => isAbout(signal, truth)) ||
      (signal.detector === 'new-source' && signal.about.from !== undefined && travelled.has(signal.about.from));
    if (known) continue;
    tally.false += 1;
    into.wrong.push(
      `${date(signal.at)} (${dayOf(signal)}): ${signal.detector} (${signal.urgency}) is about nothing: ${signal.says}`,
    );
  }
  const pages = pagesOf(changes).filter(({ at }) => at >= from);
  // Of two things that were done at a time, a page belongs to the one that has to page.
  const strict = [...truths].sort((a, b) => (a.page === b.page ? 0 : a.page === 'must' ? -1 : 1));
  const paged = new Map(
    pages.map((page) => [page, strict.find((truth) => page.signals.some((one) => isAbout(one, truth)))]),
  );
  for (const truth of truths) {
    for (const wanted of truth.expects) {
      const tally = tallyOf(into, wanted);
      tally.wanted += 1;
      const first = signals.find((signal) => signal.detector === wanted && isAbout(signal, truth));
      if (first === undefined) into.wrong.push(`${date(truth.start)} (${truth.kind}): ${wanted} says nothing`);
      else {
        tally.found += 1;
        tally.delays.push(Math.max(0, first.at - (truth.decisive ?? truth.start)));
      }
    }
    const kind = into.kinds.get(truth.kind) ?? { days: 0, paged: 0, page: truth.page };
    into.kinds.set(truth.kind, kind);
    kind.days += 1;
    const page = pages.find((one) => paged.get(one) === truth);
    if (page !== undefined) kind.paged += 1;
    if ((page !== undefined) !== (truth.page === 'must'))
      into.wrong.push(
        `${date(truth.start)} (${truth.kind}): ${page === undefined ? 'pages nobody' : `pages: ${page.title}`}`,
      );
  }
  const normal = into.kinds.get(NORMAL) ?? { days: 0, paged: 0, page: 'never' };
  into.kinds.set(NORMAL, normal);
  normal.days += days.filter((day) => !truths.some(({ start }) => start >= day && start < day + DAY)).length;
  for (const page of pages) {
    if (paged.get(page) !== undefined) continue;
    normal.paged += 1;
    into.wrong.push(`${date(page.at)} (${NORMAL}): pages: ${page.title}`);
  }
}
