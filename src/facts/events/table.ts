import {
  ambiguous,
  type EventType,
  FIELDS,
  type Program,
  patternOf,
  prefixesOf,
} from '../../knowledge/events/event.ts';
import { eventTypes } from '../../knowledge/events/index.ts';
import { type Matcher, patternMatcher, type Spans, simpleMatcher } from './match.ts';
import { variantsOf } from './variants.ts';

interface Candidate {
  readonly type: EventType;
  readonly match: Matcher;
  /** The other reading of a message in which text of the other side stands on both sides of the address. */
  readonly otherwise?: Matcher;
}

/** Candidates by the first two characters of a message, and those that may begin with anything. */
interface Table {
  readonly byStart: ReadonlyMap<number, readonly Candidate[]>;
  readonly others: readonly Candidate[];
}

const start = (text: string): number => text.charCodeAt(0) * 256 + text.charCodeAt(1);

function add(table: Map<number, Candidate[]>, prefix: string, candidate: Candidate): void {
  const list = table.get(start(prefix));
  if (list === undefined) table.set(start(prefix), [candidate]);
  else list.push(candidate);
}

function tableOf(program: Program): Table {
  const byStart = new Map<number, Candidate[]>();
  const others: Candidate[] = [];
  for (const type of eventTypes.filter((one) => one.program === program)) {
    const double = ambiguous(type.says);
    const variants = double ? undefined : variantsOf(type.says);
    let left = variants === undefined;
    for (const plain of variants ?? []) {
      const match = simpleMatcher(plain);
      const prefix = plain.literals[0] ?? '';
      if (match === undefined) left = true;
      else if (prefix.length < 2) others.push({ type, match });
      else add(byStart, prefix, { type, match });
    }
    // What the simple matchers leave (several parts of any text) is for the regular expression.
    const candidate: Candidate = {
      type,
      match: patternMatcher(patternOf(type.says)),
      ...(double ? { otherwise: patternMatcher(patternOf(type.says, 'lazy')) } : {}),
    };
    const prefixes = prefixesOf(type.says);
    if (!left) continue;
    if (prefixes.some((prefix) => prefix.length < 2)) others.push(candidate);
    else for (const prefix of new Set(prefixes.map((one) => one.slice(0, 2)))) add(byStart, prefix, candidate);
  }
  return { byStart, others };
}

const tables = new Map<Program, Table>();

/** What a message said; `spans` hold the fields. */
export interface Match {
  readonly type: EventType;
  /** Its text can be read in two ways, so nothing of it says who it was. */
  readonly forged: boolean;
}

const spare: Spans = new Int32Array(FIELDS.length * 2);

function tryAll(list: readonly Candidate[], text: string, from: number, to: number, spans: Spans): Match | undefined {
  for (let i = 0; i < list.length; i++) {
    const { type, match, otherwise } = list[i] as Candidate;
    spans.fill(-1);
    if (!match(text, from, to, spans)) continue;
    if (otherwise === undefined) return settled(type);
    spare.fill(-1);
    if (otherwise(text, from, to, spare) && spans.every((at, j) => at === spare[j])) return settled(type);
    spans.fill(-1);
    return { type, forged: true };
  }
  return undefined;
}

const settledOf = new Map<EventType, Match>();
function settled(type: EventType): Match {
  let made = settledOf.get(type);
  if (made === undefined) settledOf.set(type, (made = { type, forged: false }));
  return made;
}

/** The type of the message between `from` and `to` of `text`; undefined: of no type. Fields of it are in `spans`. */
export function typed(program: Program, text: string, from: number, to: number, spans: Spans): Match | undefined {
  let table = tables.get(program);
  if (table === undefined) tables.set(program, (table = tableOf(program)));
  const list = table.byStart.get(text.charCodeAt(from) * 256 + text.charCodeAt(from + 1));
  return (
    (list === undefined ? undefined : tryAll(list, text, from, to, spans)) ??
    (table.others.length === 0 ? undefined : tryAll(table.others, text, from, to, spans))
  );
}
