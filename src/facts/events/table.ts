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
import { type Branch, crossings, TAIL } from './dispatch.ts';
import { fits, templateOf } from './match.ts';
import { type Matcher, patternMatcher } from './pattern.ts';
import { ofClass, type Spans } from './tokens.ts';
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

/** More ways of writing one message there are not. */
const EACH = 64;
const LATE = 1 << 20;
/** What begins with fewer sure characters would be opened at each crossing anew. */
const SHORT = 8;
const ALL = (1 << FIELDS.length) - 1;
const classes: Record<number, readonly number[]> = {};

/** Characters of a class, by their lower seven bits. */
const codesOf = (bits: number): readonly number[] => {
  const found = Array.from({ length: 256 }, (_, code) => code).filter((code) => ofClass(code, bits));
  return [...new Set(found.map((code) => code & 127))];
};

/** What may stand next to words; 0: anything. */
const beside = (bits: number): readonly number[] => (bits === 0 ? [] : (classes[bits] ??= codesOf(bits)));

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

interface Table {
  /** The type of the message between `from` and `to`; undefined: of no type. Fields of it are in `spans`. */
  typed(program: Program, block: Block, from: number, to: number, spans: Spans): Match | undefined;
  /** Makes all crossings that any message could need; how many there are, which have to find room. */
  complete(programs: readonly Program[]): number;
}

/** Within a function for the sake of its constants, see `templates`. */
function table(): Table {
  const candidates: Candidate[] = [];
  /** Of each candidate the code of its template; -1: it has none. */
  const codes: number[] = [];
  const { add: addCrossing, leafOf, ways, complete } = crossings();

  function addCandidate(candidate: Candidate, code: number): number {
    codes.push(code);
    return candidates.push(candidate) - 1;
  }

  /** The ways of writing the messages of one type. */
  function branchesOf(type: EventType, rank: number): readonly Branch[] {
    const made: Branch[] = [];
    const add = (item: number, words: readonly string[], next: number, end: string, previous: number): void => {
      const sure = Math.min(...words.map((one) => one.length));
      // Those that may begin with nearly anything come last.
      const place = rank + made.length + (sure < 2 ? LATE : 0);
      made.push({ item, rank: place, words, sure, next: beside(next), end, previous: beside(previous) });
    };
    const addPattern = (says: string): void => {
      const double = ambiguous(says);
      const candidate: Candidate = {
        said: { type, forged: false, slots: ALL },
        pattern: patternMatcher(patternOf(says)),
        ...(double ? { otherwise: patternMatcher(patternOf(says, 'lazy')) } : {}),
      };
      add(addCandidate(candidate, -1), prefixesOf(says), 0, '', 0);
    };
    const variants = variantsOf(type.says);
    let left = variants === undefined;
    for (const plain of variants ?? []) {
      if (ambiguous(plain.says)) {
        addPattern(plain.says);
        continue;
      }
      const template = templateOf(plain);
      if (template === undefined) left = true;
      else {
        const { code, slots, next, previous } = template;
        const item = addCandidate({ said: { type, forged: false, slots } }, code);
        const end = [...(plain.literals.at(-1) ?? '').slice(-TAIL)].reverse().join('');
        add(item, [plain.literals[0] ?? ''], next, end, end.length < TAIL ? previous : 0);
      }
    }
    // What the templates leave (several parts of any text) is for the regular expression.
    if (left) addPattern(type.says);
    return made;
  }

  /** A type that is only looked at closer when a message begins like it: most logs have few of them. */
  function closed(type: EventType, index: number): Branch {
    const words = prefixesOf(type.says);
    const sure = Math.min(...words.map((one) => one.length));
    const rank = index * EACH;
    let made: readonly Branch[] | undefined;
    const open = (): readonly Branch[] => (made ??= branchesOf(type, rank));
    return { item: -1 - index, rank, words, sure, next: [], end: '', previous: [], open };
  }

  /** The crossing where the messages of a program begin. Types that may begin with nearly anything are looked at at once. */
  function startOf(program: Program): number {
    const all: Branch[] = [];
    for (const [index, type] of eventTypes.entries()) {
      if (type.program !== program) continue;
      const one = closed(type, index);
      if (one.sure < SHORT) all.push(...(one.open?.() ?? []));
      else all.push(one);
    }
    return addCrossing(all.sort((one, other) => one.rank - other.rank));
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

  function typed(program: Program, block: Block, from: number, to: number, spans: Spans): Match | undefined {
    const leaf = leafOf(start(program), block.bytes, from, to);
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

  return {
    typed,
    complete(programs) {
      for (const program of programs) start(program);
      return complete();
    },
  };
}

export const { typed, complete } = table();
