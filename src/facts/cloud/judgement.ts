import type { Evidence } from '../../model/finding.ts';
import type { Three, TraceAction, TraceMatch, TraceStep } from '../../model/trace.ts';
import { every } from './peer.ts';

export type Pass = 'open' | 'closed' | 'unknown';

/** What a stage of a cloud does to a connection. */
export interface Judgement {
  readonly pass: Pass;
  readonly trace: readonly TraceStep[];
  /** Facts that would settle an `unknown`, or that a sure answer lacks. */
  readonly lacks: readonly string[];
}

/** Whether all conditions of a rule hold. */
export function holds(matches: readonly TraceMatch[]): Three {
  return every(matches.map((match) => match.holds));
}

export function field(name: string, wanted: string, got: string | undefined, answer: Three): TraceMatch {
  return { field: name, wanted, ...(got === undefined ? {} : { got }), holds: answer };
}

/** A step without an action yet. */
export type Draft = Omit<TraceStep, 'action' | 'detail'>;

/** What a rule is, before it is known whether it decides. `lines`: where it stands in its section. */
export function draft(
  at: Pick<TraceStep, 'stage' | 'place'> & { section: string; line: number | undefined },
  rule: string,
  matches: readonly TraceMatch[] = [],
  packet: TraceStep['packet'] = 'request',
): Draft {
  const { line, ...where } = at;
  return { layer: 'cloud', packet, ...where, rule, matches, ...(line === undefined ? {} : { line }) };
}

/** A rule of a list in which the first that matches decides. */
export interface Ordered<A extends TraceAction> {
  readonly action: A;
  readonly draft: Draft;
}

/** How many rules are shown that did not match, and that may have. */
const MISSES_SHOWN = 12;
const MAYBES_SHOWN = 24;

export interface First<A extends TraceAction> {
  /** Undefined when it hangs on what is not known. */
  readonly action: A | undefined;
  /** All that it may come to. */
  readonly may: ReadonlySet<A>;
  readonly trace: readonly TraceStep[];
  /** The rule that decides for certain, by its place in the list; -1 for none. */
  readonly at: number;
}

/**
 * The first rule that matches decides; one of which it cannot be told may or may not. Rules that name the port and miss
 * by another field are shown, as many as a person reads. `otherwise` is what comes of it when none matches.
 */
export function firstMatch<A extends TraceAction>(rules: Iterable<Ordered<A>>, otherwise: Ordered<A>): First<A> {
  const may = new Set<A>();
  const trace: TraceStep[] = [];
  const end = (action: A, step: Draft, at: number): First<A> => {
    may.add(action);
    return { action: may.size === 1 ? action : undefined, may, trace: [...trace, { ...step, action }], at };
  };
  let misses = 0;
  let maybes = 0;
  let at = 0;
  for (const { action, draft: step } of rules) {
    const answer = holds(step.matches);
    if (answer === true) return end(action, step, at);
    if (answer === undefined) {
      may.add(action);
      if (maybes++ < MAYBES_SHOWN) trace.push({ ...step, action: 'unknown', detail: `may ${action}` });
    } else if (concerns(step.matches) && misses++ < MISSES_SHOWN) trace.push({ ...step, action: 'pass' });
    at++;
  }
  return end(otherwise.action, otherwise.draft, -1);
}

/** A rule that is about the port, whatever else it wants. */
export function concerns(matches: readonly TraceMatch[]): boolean {
  return matches.every((match) => match.holds !== false || (match.field !== 'port' && match.field !== 'protocol'));
}

/** One step as a line of evidence: what the rule is, and where it does not fit. */
export function stepText({ stage, place, rule, matches, action, detail }: TraceStep): string {
  const off = matches.filter((match) => match.holds !== true);
  const why = off.map(({ field: name, wanted, got, holds: answer }) =>
    answer === false
      ? `${name} ${wanted} is not ${got}`
      : `${name} ${wanted} cannot be told${got === undefined ? '' : ` for ${got}`}`,
  );
  const end = action === 'pass' ? 'does not match' : (detail ?? action);
  return `${stage} ${place}: ${rule} → ${end}${why.length > 0 ? ` (${why.join('; ')})` : ''}`;
}

/** The trace as evidence. */
export function evidenceOf(trace: readonly TraceStep[]): Evidence[] {
  return trace.map((step) => ({
    side: 'path',
    section: step.section ?? 'cloud',
    ...(step.line === undefined ? {} : { line: step.line }),
    text: stepText(step),
  }));
}

/** Several gates in a row: all have to be open. */
export function inRow(stages: readonly Judgement[]): Judgement {
  const trace = stages.flatMap((stage) => stage.trace);
  const lacks = [...new Set(stages.flatMap((stage) => stage.lacks))];
  const pass = stages.some((stage) => stage.pass === 'closed')
    ? 'closed'
    : stages.some((stage) => stage.pass === 'unknown')
      ? 'unknown'
      : 'open';
  return { pass, trace, lacks };
}

/** What is not known to be one of several: only what all of them say counts. */
export function eitherOf(stages: readonly Judgement[], lacks: string): Judgement {
  const [first] = stages;
  const trace = stages.flatMap((stage) => stage.trace);
  const same = first !== undefined && stages.every((stage) => stage.pass === first.pass);
  return {
    pass: same ? first.pass : 'unknown',
    trace,
    lacks: [...new Set([...stages.flatMap((stage) => stage.lacks), lacks])],
  };
}

const MAX_PORT = 65535;

/** `22`, `20-25`, `*`. Undefined for what is no range. */
export function portRange(text: string): readonly [number, number] | undefined {
  if (text === '*' || text.toLowerCase() === 'any') return [0, MAX_PORT];
  const found = /^\s*(\d{1,5})(?:\s*-\s*(\d{1,5}))?\s*$/.exec(text);
  return found ? [Number(found[1]), Number(found[2] ?? found[1])] : undefined;
}

/** Whether a port is in one of the ranges. */
export function inPorts(port: number, ranges: readonly string[]): Three {
  let unsure = false;
  for (const text of ranges) {
    const range = portRange(text);
    if (!range) unsure = true;
    else if (range[0] <= port && port <= range[1]) return true;
  }
  return unsure ? undefined : false;
}

/** A list for a person: the first few, and how many more there are. */
export function brief(words: readonly string[], most = 6): string {
  return words.length <= most ? words.join(', ') : `${words.slice(0, most).join(', ')} and ${words.length - most} more`;
}
