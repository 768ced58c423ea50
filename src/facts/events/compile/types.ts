import { ambiguous, type EventType, FIELDS, type Program, prefixesOf } from '../../../knowledge/events/event.ts';
import { ofClass } from '../tokens.ts';
import type { Compiled } from '../unpack.ts';
import { type Branch, crossings, TAIL } from './crossings.ts';
import { packCrossings, packed16, packed32 } from './pack.ts';
import { templateOf } from './template.ts';
import { variantsOf } from './variants.ts';

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

/**
 * Makes of the types what `table.ts` tells messages apart with. It takes longer than to read 100,000 lines does, so `npm run gen`
 * does it.
 */
export function compiled(eventTypes: readonly EventType[]): Compiled {
  const code: number[] = [];
  const patterns: string[] = [];
  /** Of each candidate its type, its fields, and where its code begins, or below 0 which of the patterns it is. */
  const candidates: number[] = [];

  function addCandidate(type: number, slots: number, codeAt: number): number {
    candidates.push(type, slots, codeAt);
    return candidates.length / 3 - 1;
  }

  /** The ways of writing the messages of one type. */
  function branchesOf({ says }: EventType, index: number): readonly Branch[] {
    const rank = index * EACH;
    const made: Branch[] = [];
    const add = (item: number, words: readonly string[], next: number, end: string, previous: number): void => {
      const sure = Math.min(...words.map((one) => one.length));
      // Those that may begin with nearly anything come last.
      const place = rank + made.length + (sure < 2 ? LATE : 0);
      made.push({ item, rank: place, words, sure, next: beside(next), end, previous: beside(previous) });
    };
    const addPattern = (text: string): void => {
      patterns.push(text);
      add(addCandidate(index, ALL, -patterns.length), prefixesOf(text), 0, '', 0);
    };
    const variants = variantsOf(says);
    let left = variants === undefined;
    for (const plain of variants ?? []) {
      if (ambiguous(plain.says)) {
        addPattern(plain.says);
        continue;
      }
      const template = templateOf(plain);
      if (template === undefined) left = true;
      else {
        const { slots, next, previous } = template;
        const item = addCandidate(index, slots, code.length);
        code.push(...template.code);
        const end = [...(plain.literals.at(-1) ?? '').slice(-TAIL)].reverse().join('');
        add(item, [plain.literals[0] ?? ''], next, end, end.length < TAIL ? previous : 0);
      }
    }
    // What the templates leave (several parts of any text) is for the regular expression.
    if (left) addPattern(says);
    return made;
  }

  /** A type that is only looked at closer when a message begins like it: most logs have few of them. */
  function closed(type: EventType, index: number): Branch {
    const words = prefixesOf(type.says);
    const sure = Math.min(...words.map((one) => one.length));
    let made: readonly Branch[] | undefined;
    const open = (): readonly Branch[] => (made ??= branchesOf(type, index));
    return { item: -1 - index, rank: index * EACH, words, sure, next: [], end: '', previous: [], open };
  }

  /** What a message of a program may be. Types that may begin with nearly anything are looked at at once. */
  function startOf(program: Program): readonly Branch[] {
    const all: Branch[] = [];
    for (const [index, type] of eventTypes.entries()) {
      if (type.program !== program) continue;
      const one = closed(type, index);
      if (one.sure < SHORT) all.push(...(one.open?.() ?? []));
      else all.push(one);
    }
    return all.sort((one, other) => one.rank - other.rank);
  }

  const programs = [...new Set(eventTypes.map(({ program }) => program))];
  const { begins, all } = crossings(programs.map(startOf));
  return {
    code: packed32(code),
    crossings: packCrossings(all),
    candidates: packed16(candidates),
    patterns,
    starts: Object.fromEntries(programs.map((program, i) => [program, begins[i] as number])),
  };
}
