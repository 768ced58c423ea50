import { FIELDS, TOKENS } from '../../knowledge/events/event.ts';
import { type Block, has, type Literal, literalOf } from './block.ts';
import type { Plain } from './variants.ts';

/** Where the fields of a matched message begin and end: twice the index of the field in FIELDS; -1: not in this message. */
export type Spans = Int32Array;

/** Bits of `CLASS`: what a byte may be part of. */
const ANY = 1;
const ACCOUNT = 2;
const ADDRESS = 4;
/** Of an address without a zone: nothing else has to be looked at. */
const HEX = 8;
const DIGIT = 16;
const METHOD = 32;
const JAIL = 64;
const NUMBER = 128;

const TESTS: readonly (readonly [number, RegExp])[] = [
  [ANY, /\S/],
  [ACCOUNT, /[^\s()]/],
  [ADDRESS, /[0-9A-Za-z:.%_-]/],
  [HEX, /[0-9A-Fa-f:.]/],
  [DIGIT, /\d/],
  [METHOD, /[\w./@-]/],
  [JAIL, /[^\]\n]/],
  [NUMBER, /[\d.-]/],
];

/** Bit set of each byte. */
const CLASS = Uint8Array.from({ length: 256 }, (_, code) =>
  TESTS.reduce((bits, [bit, test]) => (test.test(String.fromCharCode(code)) ? bits | bit : bits), 0),
);
const STRICT = new RegExp(`^(?:${TOKENS['to']})$`);
const KEY = /^[A-Z0-9-]{2,32} (?:SHA256:[A-Za-z0-9+/]{43}|MD5:[0-9a-f:]{47})$/;

interface Token {
  readonly field: number;
  /** Which characters it may have; 0: any, and it may be empty. */
  readonly class: number;
  readonly least: number;
  readonly most: number;
}

const field = (name: (typeof FIELDS)[number]): number => FIELDS.indexOf(name) * 2;
const KEY_FIELD = field('key');

/** Those of TOKENS that can be matched without a regular expression. */
const SIMPLE: Readonly<Record<string, Token>> = {
  user: { field: field('user'), class: 0, least: 0, most: 256 },
  detail: { field: field('detail'), class: 0, least: 0, most: 1024 },
  x: { field: -1, class: 0, least: 0, most: 1024 },
  account: { field: field('user'), class: ACCOUNT, least: 1, most: 256 },
  from: { field: field('from'), class: ADDRESS, least: 2, most: 78 },
  to: { field: -1, class: ADDRESS, least: 2, most: 78 },
  host: { field: field('from'), class: ANY, least: 1, most: 256 },
  port: { field: field('port'), class: DIGIT, least: 1, most: 5 },
  method: { field: field('method'), class: METHOD, least: 1, most: 64 },
  jail: { field: field('jail'), class: JAIL, least: 1, most: 64 },
  n: { field: -1, class: NUMBER, least: 1, most: 20 },
  word: { field: -1, class: ANY, least: 1, most: 256 },
};

/** A part of a message and the literals around it. All are made by one function, and so of one shape. */
interface Step {
  readonly field: number;
  readonly class: number;
  readonly least: number;
  readonly most: number;
  readonly before: Literal;
  readonly behind: Literal;
  /** Code of the character before it, where that may also be of this part, so that it may begin within the run; else -1. */
  readonly within: number;
}

/**
 * A message with at most one part of any text (the other side's): what stands before that part is read from the left, what
 * stands behind it from the right, so that the last address in the message is the one that counts.
 */
export interface Template {
  readonly first: Literal;
  /** No message of it is shorter. */
  readonly least: number;
  readonly left: readonly Step[];
  readonly free: Step | undefined;
  /** From right to left. */
  readonly right: readonly Step[];
  /** It ends in a key, which stands behind this. */
  readonly key: Literal | undefined;
  /** Bit set of the fields that it has, by their index in FIELDS. */
  readonly slots: number;
  /** What kind of character stands right behind the first words, and before the last; 0: any. */
  readonly next: number;
  readonly previous: number;
}

function step(token: Token, before: string, behind: string): Step {
  const code = before.charCodeAt(before.length - 1);
  return {
    field: token.field,
    class: token.class,
    least: token.least,
    most: token.most,
    before: literalOf(before),
    behind: literalOf(behind),
    within: ((CLASS[code] as number) & token.class) === 0 ? -1 : code,
  };
}

/** Undefined when the message is not that simple. */
export function templateOf({ literals, tokens }: Plain): Template | undefined {
  const keyed = tokens.at(-1) === 'key' && literals.at(-1) === '';
  const names = keyed ? tokens.slice(0, -1) : tokens;
  // Of a key alone, or one right behind the first words, there is nothing to win.
  if (keyed && names.length === 0) return undefined;
  const list = names.map((name) => SIMPLE[name]);
  if (list.includes(undefined)) return undefined;
  const all = list as Token[];
  const free = all.findIndex((token) => token.class === 0);
  if (all.filter((token) => token.class === 0).length > 1) return undefined;
  // From the left a part has to end where its characters end.
  const left = free === -1 ? all.length : free;
  for (let i = 0; i < left; i++) {
    const next = literals[i + 1] ?? '';
    if (next === '' ? i + 1 < all.length : ((CLASS[next.charCodeAt(0)] as number) & (all[i] as Token).class) !== 0)
      return undefined;
  }
  for (let i = left + 1; i < all.length; i++) if (literals[i] === '') return undefined;
  const steps = all.map((token, i) =>
    step(token, literals[i] ?? '', keyed && i === all.length - 1 ? '' : (literals[i + 1] ?? '')),
  );
  if (steps.some((one, i) => i > left && one.class === ADDRESS && one.within !== -1)) return undefined;
  const fields = all.map((token) => token.field / 2).filter((one) => one >= 0);
  return {
    first: literalOf(literals[0] ?? ''),
    least: literals.join('').length + all.reduce((sum, token) => sum + token.least, 0),
    left: steps.slice(0, left),
    free: steps[free],
    right: free === -1 ? [] : steps.slice(free + 1).reverse(),
    key: keyed ? literalOf(literals.at(-2) ?? '') : undefined,
    slots: [...fields, ...(keyed ? [KEY_FIELD / 2] : [])].reduce((bits, one) => bits | (1 << one), 0),
    next: all[0]?.class ?? 0,
    previous: keyed ? 0 : (all.at(-1)?.class ?? 0),
  };
}

/** Whether a byte of this code may be of the class. */
export const ofClass = (code: number, bits: number): boolean => ((CLASS[code] as number) & bits) !== 0;

/** Whether it is an address, not only made of its letters; `all`: what all of its characters may be. */
const isAddress = ({ text }: Block, from: number, to: number, all: number): boolean =>
  ((all & HEX) !== 0 && to - from <= 45) || STRICT.test(text.slice(from, to));

/** Where the key begins that `end` is the end of; -1: there is none. */
function keyAt({ text, view }: Block, start: number, end: number, last: Literal): number {
  const print = text.startsWith('SHA256:', end - 50) ? end - 50 : text.startsWith('MD5:', end - 51) ? end - 51 : -1;
  const least = Math.max(start + last.length, print - 34);
  for (let at = print; at >= least; at--)
    if (has(view, at - last.length, last)) return KEY.test(text.slice(at, end)) ? at : -1;
  return -1;
}

/**
 * Whether the message between `start` and `end` is one of the template; writes where its fields are to `spans`, and leaves
 * those alone that it does not have. The same answers as its regular expression.
 */
export function fits(template: Template, block: Block, start: number, end: number, spans: Spans): boolean {
  const { first, left, free, right, key } = template;
  if (end - start < template.least) return false;
  const { bytes, view } = block;
  if (!has(view, start, first)) return false;
  let to = end;
  if (key !== undefined) {
    const at = keyAt(block, start, end, key);
    if (at === -1) return false;
    spans[KEY_FIELD] = at;
    spans[KEY_FIELD + 1] = end;
    to = at - key.length;
  }
  let at = start + first.length;
  if (to < at) return false;
  for (let i = 0; i < left.length; i++) {
    const one = left[i] as Step;
    const bits = one.class;
    const limit = Math.min(to, at + one.most);
    let stop = at;
    let all = 255;
    for (; stop < limit; stop++) {
      const code = CLASS[bytes[stop] as number] as number;
      if ((code & bits) === 0) break;
      all &= code;
    }
    if (stop - at < one.least || (bits === ADDRESS && !isAddress(block, at, stop, all))) return false;
    if (one.field >= 0) {
      spans[one.field] = at;
      spans[one.field + 1] = stop;
    }
    at = stop + one.behind.length;
    if (at > to || !has(view, stop, one.behind)) return false;
  }
  if (free === undefined) return at === to;

  for (let i = 0; i < right.length; i++) {
    const one = right[i] as Step;
    to -= one.behind.length;
    if (to < at || !has(view, to, one.behind)) return false;
    const { before } = one;
    const from = at + before.length;
    const begin = one.within === -1 ? beginOf(one, block, from, to) : beginWithin(one, block, from, to);
    if (begin === -1) return false;
    if (one.field >= 0) {
      spans[one.field] = begin;
      spans[one.field + 1] = to;
    }
    to = begin;
  }
  to -= free.behind.length;
  if (to < at || to - at > free.most || !has(view, to, free.behind)) return false;
  if (free.field >= 0) {
    spans[free.field] = at;
    spans[free.field + 1] = to;
  }
  return true;
}

/** Where the run begins that ends at `to`, not before `from`, with the literal before it; -1: there is none. */
function beginOf(one: Step, block: Block, from: number, to: number): number {
  const { bytes, view } = block;
  const bits = one.class;
  const limit = Math.max(from, to - one.most);
  let begin = to;
  let all = 255;
  for (; begin > limit; begin--) {
    const code = CLASS[bytes[begin - 1] as number] as number;
    if ((code & bits) === 0) break;
    all &= code;
  }
  if (to - begin < one.least || begin < from || !has(view, begin - one.before.length, one.before)) return -1;
  return bits === ADDRESS && !isAddress(block, begin, to, all) ? -1 : begin;
}

/** The same where the literal may be made of characters of the run: the shortest that fits. No address is such a part. */
function beginWithin(
  { class: bits, least, most, before, within }: Step,
  block: Block,
  from: number,
  to: number,
): number {
  const { bytes, view } = block;
  const limit = Math.max(from, to - most);
  let begin = to;
  while (begin > limit && ((CLASS[bytes[begin - 1] as number] as number) & bits) !== 0) {
    begin -= 1;
    if (bytes[begin - 1] === within && to - begin >= least && has(view, begin - before.length, before)) return begin;
  }
  return -1;
}

/** Matches the message between `start` and `end`; fills all of `spans`. */
export type Matcher = (block: Block, start: number, end: number, spans: Spans) => boolean;

/** With a regular expression, whose groups are fields. */
export function patternMatcher(pattern: RegExp): Matcher {
  const names = [...pattern.source.matchAll(/\(\?<(\w+)>/g)].map((one) => field(one[1] as (typeof FIELDS)[number]));
  const plain = new RegExp(pattern.source.replace(/\(\?<\w+>/g, '('), 'd');
  return ({ text }, start, end, spans) => {
    const found = plain.exec(text.slice(start, end));
    if (found === null) return false;
    spans.fill(-1);
    for (let i = 0; i < names.length; i++) {
      const span = found.indices?.[i + 1];
      if (span === undefined) continue;
      spans[names[i] as number] = start + span[0];
      spans[(names[i] as number) + 1] = start + span[1];
    }
    return true;
  };
}
