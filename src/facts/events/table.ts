import {
  ambiguous,
  type EventType,
  FIELDS,
  type Program,
  patternOf,
  prefixesOf,
} from '../../knowledge/events/event.ts';
import { eventTypes } from '../../knowledge/events/index.ts';
import type { Block } from './block.ts';
import { addCrossing, type Branch, crossings, leafOf } from './dispatch.ts';
import { fits, type Matcher, ofClass, patternMatcher, type Spans, templateOf } from './match.ts';
import { variantsOf } from './variants.ts';

/** What a message said. */
export interface Match {
  readonly type: EventType;
  /** Its text can be read in two ways, so nothing of it says who it was. */
  readonly forged: boolean;
  /** Bit set of the fields, by their index in FIELDS, whose places were written; of them -1 is none, too. */
  readonly slots: number;
}

/** Something that a message may be. */
interface Candidate {
  readonly said: Match;
  /** Where bytes alone cannot tell. */
  readonly pattern?: Matcher;
  /** The other reading of a message in which text of the other side stands on both sides of the address. */
  readonly otherwise?: Matcher;
}

const ALL = (1 << FIELDS.length) - 1;
const candidates: Candidate[] = [];
/** Of each candidate the code of its template; -1: it has none. */
let codes = new Int32Array(64);
const all = crossings();

function addCandidate(candidate: Candidate, code: number): number {
  const made = candidates.push(candidate) - 1;
  if (made === codes.length) {
    const old = codes;
    codes = new Int32Array(old.length * 2);
    codes.set(old);
  }
  codes[made] = code;
  return made;
}

const classes: Record<number, readonly number[]> = {};

/** Characters of a class, by their lower seven bits. */
const codesOf = (bits: number): readonly number[] => {
  const found = Array.from({ length: 256 }, (_, code) => code).filter((code) => ofClass(code, bits));
  return [...new Set(found.map((code) => code & 127))];
};

/** What texts begin with that begin so, character by character, and are followed by one of the class `next` (0: any). */
function beginning(texts: readonly (readonly string[])[], next: number): Branch['head'] {
  const sure = Math.min(...texts.map((one) => one.length));
  const may = Array.from({ length: sure }, (_, at) => [
    ...new Set(texts.map((one) => (one[at] as string).charCodeAt(0) & 127)),
  ]);
  return next === 0 ? may : [...may, (classes[next] ??= codesOf(next))];
}

/** The crossing where the messages of a program begin. */
function startOf(program: Program): number {
  const first: Branch[] = [];
  const others: Branch[] = [];
  const add = (item: number, prefixes: readonly string[], next: number, tail: Branch['tail']): void => {
    const list = prefixes.some((prefix) => prefix.length < 2) ? others : first;
    const heads = prefixes.map((one) => [...one]);
    list.push({ item, head: beginning(heads, next), tail });
  };
  const addPattern = (type: EventType, says: string): void => {
    const double = ambiguous(says);
    const candidate: Candidate = {
      said: { type, forged: false, slots: ALL },
      pattern: patternMatcher(patternOf(says)),
      ...(double ? { otherwise: patternMatcher(patternOf(says, 'lazy')) } : {}),
    };
    add(addCandidate(candidate, -1), prefixesOf(says), 0, []);
  };
  for (const type of eventTypes) {
    if (type.program !== program) continue;
    const variants = variantsOf(type.says);
    let left = variants === undefined;
    for (const plain of variants ?? []) {
      if (ambiguous(plain.says)) {
        addPattern(type, plain.says);
        continue;
      }
      const template = templateOf(plain);
      if (template === undefined) left = true;
      else {
        const { code, slots, next, previous } = template;
        const end = [...(plain.literals.at(-1) ?? '')].reverse();
        const item = addCandidate({ said: { type, forged: false, slots } }, code);
        add(item, [plain.literals[0] ?? ''], next, beginning([end], previous));
      }
    }
    // What the templates leave (several parts of any text) is for the regular expression.
    if (left) addPattern(type, type.says);
  }
  return addCrossing(all, [...first, ...others]);
}

const starts: Partial<Record<Program, number>> = {};

/** Of the two programs that nearly all lines are of, without a look into the record. */
let ofSshd: number | undefined;
let ofPam: number | undefined;

function start(program: Program): number {
  if (program === 'sshd') return (ofSshd ??= startOf('sshd'));
  if (program === 'pam') return (ofPam ??= startOf('pam'));
  return (starts[program] ??= startOf(program));
}

const spare: Spans = new Int32Array(FIELDS.length * 2);

function byPattern(
  { said, pattern, otherwise }: Candidate,
  block: Block,
  from: number,
  to: number,
  spans: Spans,
): Match | undefined {
  if (pattern === undefined || !pattern(block, from, to, spans)) return undefined;
  if (otherwise === undefined) return said;
  if (otherwise(block, from, to, spare) && spans.every((at, j) => at === spare[j])) return said;
  spans.fill(-1);
  return { type: said.type, forged: true, slots: ALL };
}

/** The type of the message between `from` and `to`; undefined: of no type. Fields of it are in `spans`. */
export function typed(program: Program, block: Block, from: number, to: number, spans: Spans): Match | undefined {
  const leaf = leafOf(all, start(program), block.bytes, from, to);
  const { ways } = all;
  const last = leaf + (ways[leaf] as number);
  for (let i = leaf + 1; i <= last; i++) {
    const item = ways[i] as number;
    const code = codes[item] as number;
    if (code === -1) {
      const found = byPattern(candidates[item] as Candidate, block, from, to, spans);
      if (found !== undefined) return found;
    } else if (fits(code, block, from, to, spans)) return (candidates[item] as Candidate).said;
  }
  return undefined;
}
