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

const ALL = (1 << FIELDS.length) - 1;
const classes: Record<number, readonly number[]> = {};

/** Characters of a class, by their lower seven bits. */
const codesOf = (bits: number): readonly number[] => {
  const found = Array.from({ length: 256 }, (_, code) => code).filter((code) => ofClass(code, bits));
  return [...new Set(found.map((code) => code & 127))];
};

/** Each character alone. */
const singles: readonly (readonly number[])[] = Array.from({ length: 128 }, (_, code) => [code]);

/** What texts begin with that begin so, character by character, and are followed by one of the class `next` (0: any). */
function beginning(texts: readonly string[], next: number): Branch['head'] {
  const sure = Math.min(...texts.map((one) => one.length));
  const may: (readonly number[])[] = [];
  for (let at = 0; at < sure; at++) {
    const codes = texts.map((one) => one.charCodeAt(at) & 127);
    may.push(codes.length === 1 ? (singles[codes[0] ?? 0] ?? codes) : [...new Set(codes)]);
  }
  if (next !== 0) may.push((classes[next] ??= codesOf(next)));
  return may;
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

  /** The crossing where the messages of a program begin. */
  function startOf(program: Program): number {
    const first: Branch[] = [];
    const others: Branch[] = [];
    const add = (item: number, prefixes: readonly string[], next: number, tail: Branch['tail']): void => {
      const list = prefixes.some((prefix) => prefix.length < 2) ? others : first;
      list.push({ item, head: beginning(prefixes, next), tail });
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
          const end = [...(plain.literals.at(-1) ?? '').slice(-TAIL)].reverse().join('');
          const item = addCandidate({ said: { type, forged: false, slots } }, code);
          add(
            item,
            [plain.literals[0] ?? ''],
            next,
            end.length < TAIL ? beginning([end], previous) : beginning([end], 0),
          );
        }
      }
      // What the templates leave (several parts of any text) is for the regular expression.
      if (left) addPattern(type, type.says);
    }
    return addCrossing([...first, ...others]);
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
