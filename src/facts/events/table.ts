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
  readonly said: Match;
  readonly match: Matcher;
  /** A character that has to stand this far behind the start, and one that has to be the last; -1: none has to. */
  readonly offset: number;
  readonly there: number;
  readonly last: number;
  /** The other reading of a message in which text of the other side stands on both sides of the address. */
  readonly otherwise?: Matcher;
}

/** Candidates by the first two characters of a message, and those that may begin with anything. */
interface Table {
  readonly byStart: readonly (readonly Candidate[] | undefined)[];
  readonly others: readonly Candidate[];
}

const SLOTS = 1 << 14;

/** Slot of the first two characters at `at`; those of no letters share slots, which costs a comparison and nothing else. */
const slot = (text: string, at: number): number => ((text.charCodeAt(at) & 127) << 7) | (text.charCodeAt(at + 1) & 127);

function add(table: (Candidate[] | undefined)[], prefix: string, candidate: Candidate): void {
  const list = table[slot(prefix, 0)];
  if (list === undefined) table[slot(prefix, 0)] = [candidate];
  else list.push(candidate);
}

function tableOf(program: Program): Table {
  const byStart = new Array<Candidate[] | undefined>(SLOTS).fill(undefined);
  const others: Candidate[] = [];
  for (const type of eventTypes.filter((one) => one.program === program)) {
    const said: Match = { type, forged: false };
    const double = ambiguous(type.says);
    const variants = double ? undefined : variantsOf(type.says);
    let left = variants === undefined;
    for (const plain of variants ?? []) {
      const match = simpleMatcher(plain);
      const prefix = plain.literals[0] ?? '';
      const ends = plain.literals.at(-1) ?? '';
      const marks = {
        offset: prefix.length - 1,
        there: prefix === '' ? -1 : prefix.charCodeAt(prefix.length - 1),
        last: ends === '' ? -1 : ends.charCodeAt(ends.length - 1),
      };
      if (match === undefined) left = true;
      else if (prefix.length < 2) others.push({ said, match, ...marks });
      else add(byStart, prefix, { said, match, ...marks });
    }
    // What the simple matchers leave (several parts of any text) is for the regular expression.
    const candidate: Candidate = {
      said,
      match: patternMatcher(patternOf(type.says)),
      offset: 0,
      there: -1,
      last: -1,
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

function tryAll(
  list: readonly Candidate[],
  text: string,
  bytes: Uint8Array,
  from: number,
  to: number,
  spans: Spans,
): Match | undefined {
  for (let i = 0; i < list.length; i++) {
    const { said, match, otherwise, offset, there, last } = list[i] as Candidate;
    if (last !== -1 && bytes[to - 1] !== last) continue;
    if (there !== -1 && bytes[from + offset] !== there) continue;
    if (!match(text, bytes, from, to, spans)) continue;
    if (otherwise === undefined) return said;
    if (otherwise(text, bytes, from, to, spare) && spans.every((at, j) => at === spare[j])) return said;
    spans.fill(-1);
    return { type: said.type, forged: true };
  }
  return undefined;
}

/** The type of the message between `from` and `to` of `text`; undefined: of no type. Fields of it are in `spans`. */
export function typed(
  program: Program,
  text: string,
  bytes: Uint8Array,
  from: number,
  to: number,
  spans: Spans,
): Match | undefined {
  let table = tables.get(program);
  if (table === undefined) tables.set(program, (table = tableOf(program)));
  const list = table.byStart[(((bytes[from] as number) & 127) << 7) | ((bytes[from + 1] as number) & 127)];
  return (
    (list === undefined ? undefined : tryAll(list, text, bytes, from, to, spans)) ??
    (table.others.length === 0 ? undefined : tryAll(table.others, text, bytes, from, to, spans))
  );
}
