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
import { type Branch, type Crossing, crossing, itemsAt } from './dispatch.ts';
import { fits, type Matcher, ofClass, patternMatcher, type Spans, type Template, templateOf } from './match.ts';
import { variantsOf } from './variants.ts';

/** What a message said. */
export interface Match {
  readonly type: EventType;
  /** Its text can be read in two ways, so nothing of it says who it was. */
  readonly forged: boolean;
  /** Bit set of the fields, by their index in FIELDS, whose places were written; of them -1 is none, too. */
  readonly slots: number;
}

interface Candidate {
  readonly said: Match;
  readonly template: Template | undefined;
  /** Where bytes alone cannot tell. */
  readonly pattern: Matcher | undefined;
  /** The other reading of a message in which text of the other side stands on both sides of the address. */
  readonly otherwise: Matcher | undefined;
}

const classes: Record<number, readonly number[]> = {};

const ALL = (1 << FIELDS.length) - 1;
/** Characters of a class, by their lower seven bits. */
const codesOf = (bits: number): readonly number[] => {
  const codes = Array.from({ length: 256 }, (_, code) => code).filter((code) => ofClass(code, bits));
  return [...new Set(codes.map((code) => code & 127))];
};

/** What texts begin with that begin so, character by character, and are followed by one of the class `next` (0: any). */
function beginning(texts: readonly (readonly string[])[], next: number): Branch<Candidate>['head'] {
  const sure = Math.min(...texts.map((one) => one.length));
  const may = Array.from({ length: sure }, (_, at) => [
    ...new Set(texts.map((one) => (one[at] as string).charCodeAt(0) & 127)),
  ]);
  return next === 0 ? may : [...may, (classes[next] ??= codesOf(next))];
}

function tableOf(program: Program): Crossing<Candidate> {
  const first: Branch<Candidate>[] = [];
  const others: Branch<Candidate>[] = [];
  const add = (item: Candidate, prefixes: readonly string[], next: number, tail: Branch<Candidate>['tail']): void => {
    const list = prefixes.some((prefix) => prefix.length < 2) ? others : first;
    const head = beginning(
      prefixes.map((one) => [...one]),
      next,
    );
    list.push({ item, head, tail });
  };
  for (const type of eventTypes.filter((one) => one.program === program)) {
    const double = ambiguous(type.says);
    const variants = double ? undefined : variantsOf(type.says);
    let left = variants === undefined;
    for (const plain of variants ?? []) {
      const template = templateOf(plain);
      if (template === undefined) left = true;
      else {
        const said: Match = { type, forged: false, slots: template.slots };
        const candidate: Candidate = { said, template, pattern: undefined, otherwise: undefined };
        const end = [...(plain.literals.at(-1) ?? '')].reverse();
        add(candidate, [plain.literals[0] ?? ''], template.next, beginning([end], template.previous));
      }
    }
    if (!left) continue;
    // What the templates leave (several parts of any text) is for the regular expression.
    const candidate: Candidate = {
      said: { type, forged: false, slots: ALL },
      template: undefined,
      pattern: patternMatcher(patternOf(type.says)),
      otherwise: double ? patternMatcher(patternOf(type.says, 'lazy')) : undefined,
    };
    add(candidate, prefixesOf(type.says), 0, []);
  }
  return crossing([...first, ...others]);
}

const tables: Partial<Record<Program, Crossing<Candidate>>> = {};

/** Of the two programs that nearly all lines are of without a look into the record. */
let ofSshd: Crossing<Candidate> | undefined;
let ofPam: Crossing<Candidate> | undefined;

function startOf(program: Program): Crossing<Candidate> {
  if (program === 'sshd') return (ofSshd ??= tableOf('sshd'));
  if (program === 'pam') return (ofPam ??= tableOf('pam'));
  return (tables[program] ??= tableOf(program));
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
  const items = itemsAt(startOf(program), block.bytes, from, to);
  for (let i = 0; i < items.length; i++) {
    const one = items[i] as Candidate;
    if (one.template === undefined) {
      const found = byPattern(one, block, from, to, spans);
      if (found !== undefined) return found;
    } else if (fits(one.template, block, from, to, spans)) return one.said;
  }
  return undefined;
}
