import pc from 'picocolors';
import type { Batch, Incident, Signal, Urgency } from '../model/watch.ts';
import type { IncidentChange } from '../reason/watch/incidents.ts';
import { visible } from './escape.ts';
import { jsonText } from './json-text.ts';

/** What was read since it was shown last. */
export interface Tally {
  in: number;
  refused: number;
  bans: number;
  dropped: number;
  faults: number;
  lines: number;
}

export const emptyTally = (): Tally => ({ in: 0, refused: 0, bans: 0, dropped: 0, faults: 0, lines: 0 });

const COUNTED: Readonly<Record<string, Exclude<keyof Tally, 'lines'>>> = {
  in: 'in',
  refused: 'refused',
  ban: 'bans',
  drop: 'dropped',
  fault: 'faults',
};

export function addTo(tally: Tally, { events, lines }: Batch): void {
  tally.lines += lines.all;
  for (const { outcome } of events) {
    const name = COUNTED[outcome];
    if (name !== undefined) tally[name] += 1;
  }
}

/** `2026-11-23 04:07Z` */
export const minuteOf = (at: number): string =>
  `${new Date(Math.abs(at) < 8e15 ? at : 0).toISOString().slice(0, 16).replace('T', ' ')}Z`;

const number = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

export function openText(open: readonly Incident[]): string {
  const count = (urgency: Urgency): number => open.filter((one) => one.urgency === urgency).length;
  const parts = (['page', 'notice', 'note'] as const).flatMap((urgency) => {
    const n = count(urgency);
    return n === 0 ? [] : [`${n} ${urgency}`];
  });
  return parts.length === 0 ? 'no open incident' : `open incidents: ${parts.join(', ')}`;
}

/** One line for a minute: lines that refuse are counted, several of which may be of one login. */
export function tallyText(tally: Tally, open: readonly Incident[]): string {
  const parts = [
    number(tally.in, 'login'),
    number(tally.refused, 'line that refuses', 'lines that refuse'),
    ...(tally.bans > 0 ? [number(tally.bans, 'ban')] : []),
    ...(tally.dropped > 0 ? [number(tally.dropped, 'packet dropped', 'packets dropped')] : []),
    ...(tally.faults > 0 ? [number(tally.faults, 'fault')] : []),
  ];
  return `${parts.join(', ')}; ${openText(open)}`;
}

interface Look {
  readonly color: boolean;
}

const WORD: Readonly<Record<Urgency, string>> = { page: 'PAGE', notice: 'Notice', note: 'Note' };

function word(urgency: Urgency, color: boolean): string {
  const { red, yellow, dim, bold } = pc.createColors(color);
  const paint = { page: (text: string) => bold(red(text)), notice: yellow, note: dim }[urgency];
  return paint(WORD[urgency]);
}

const HOW = { opened: '', grown: ', goes on', closed: ', over' } as const;

/** A line for what became of an incident. */
export function changeText({ incident, kind }: IncidentChange, { color }: Look): string {
  const last = kind === 'grown' ? incident.story.at(-1) : undefined;
  const more = last === undefined || last.includes(incident.title) ? '' : ` | ${visible(last)}`;
  return `${word(incident.urgency, color)}${HOW[kind]}: ${visible(incident.title)}${more}`;
}

const STORY = 12;
const ADVICE = 5;

/** An incident in full. */
export function incidentText(incident: Incident, { color }: Look): string {
  const { bold, dim } = pc.createColors(color);
  const { urgency, state, title, story, opened, updated, advice, causes } = incident;
  const left = story.length - STORY;
  const indented = (text: string): string => `    ${visible(text)}`;
  return `${[
    `${word(urgency, color)}  ${bold(visible(title))}`,
    dim(`    ${minuteOf(opened)} to ${minuteOf(updated)}, ${state === 'open' ? 'not over' : 'over'}`),
    ...story.slice(0, STORY).map(indented),
    ...(left > 0 ? [`    … ${number(left, 'more step')} (--json has them all)`] : []),
    ...advice.slice(0, ADVICE).map((text) => `    → ${visible(text)}`),
    ...causes.slice(0, ADVICE).map((cause) => dim(`    sshwhy explain ${cause}`)),
  ].join('\n')}\n`;
}

/** Incidents, the most urgent first; of one urgency the newest first. */
export function inOrder(incidents: readonly Incident[]): readonly Incident[] {
  const rank = { page: 0, notice: 1, note: 2 } as const;
  return incidents.toSorted((a, b) => rank[a.urgency] - rank[b.urgency] || b.updated - a.updated);
}

const time = (at: number): string => new Date(Math.abs(at) < 8e15 ? at : 0).toISOString();

/** Lines of JSON. */
export const signalRecord = (signal: Signal): string =>
  `${jsonText({ kind: 'signal', ...signal, at: time(signal.at) })}\n`;
export const incidentRecord = (incident: Incident, change?: IncidentChange['kind']): string =>
  `${jsonText({
    kind: 'incident',
    ...(change === undefined ? {} : { change }),
    ...incident,
    opened: time(incident.opened),
    updated: time(incident.updated),
  })}\n`;
