import { FIELDS, TOKENS } from '../../knowledge/events/event.ts';
import { type Block, literalOf } from './block.ts';
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

/**
 * A message with at most one part of any text (the other side's): what stands before that part is read from the left, what
 * stands behind it from the right, so that the last address in the message is the one that counts.
 */
export interface Template {
  /** Where its code begins: numbers in one array, because to follow references costs more than all comparisons do. */
  readonly code: number;
  /** Bit set of the fields that it has, by their index in FIELDS. */
  readonly slots: number;
  /** What kind of character stands right behind the first words, and before the last; 0: any. */
  readonly next: number;
  readonly previous: number;
}

// The code of a template: the least length of a message; the first literal; KEYED or not, and if so the literal before the
// key; the number of parts that are read from the left, and each part with the literal behind it; whether a free part
// follows, and if so its field, its greatest length, the last literal, the number of parts that are read from the right,
// and each with the literal before it. A literal: its length, the mask of its last word, its words. A part: its class, its
// field, its least and greatest length; from the right also its `within`: the code of the character before it, where that
// may also be of the part, so that it may begin within the run; else -1.
let code = new Int32Array(1 << 12);
let codeLength = 0;

function emit(numbers: readonly number[]): number {
  if (codeLength + numbers.length > code.length) {
    const old = code;
    code = new Int32Array(old.length * 2);
    code.set(old);
  }
  const at = codeLength;
  code.set(numbers, at);
  codeLength += numbers.length;
  return at;
}

const literalCode = (text: string): readonly number[] => {
  const { length, mask, words } = literalOf(text);
  return [length, mask, ...words];
};
const partCode = (token: Token): readonly number[] => [token.class, token.field, token.least, token.most];
const lastCode = (text: string): number => (text === '' ? Number.NaN : text.charCodeAt(text.length - 1));
const mayBe = (character: number, bits: number): boolean => ((CLASS[character] ?? 0) & bits) !== 0;

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
  const before = (i: number): string => literals[i] ?? '';
  const behind = (i: number): string => (keyed && i === all.length - 1 ? '' : (literals[i + 1] ?? ''));
  // From the left a part has to end where its characters end.
  const left = free === -1 ? all : all.slice(0, free);
  for (const [i, token] of left.entries()) {
    const next = literals[i + 1] ?? '';
    if (next === '' ? i + 1 < all.length : mayBe(next.charCodeAt(0), token.class)) return undefined;
  }
  const right = free === -1 ? [] : all.slice(free + 1).map((token, i) => ({ token, words: before(free + 1 + i) }));
  if (right.some(({ token, words }) => words === '' || (token.class === ADDRESS && mayBe(lastCode(words), ADDRESS))))
    return undefined;
  const end = all[free];
  const numbers = [
    literals.join('').length + all.reduce((sum, token) => sum + token.least, 0),
    ...literalCode(before(0)),
    ...(keyed ? [1, ...literalCode(before(all.length))] : [0]),
    left.length,
    ...left.flatMap((token, i) => [...partCode(token), ...literalCode(behind(i))]),
    ...(end === undefined ? [0] : [1, end.field, end.most, ...literalCode(behind(all.length - 1)), right.length]),
    ...right.reverse().flatMap(({ token, words }) => {
      const last = lastCode(words);
      return [...partCode(token), mayBe(last, token.class) ? last : -1, ...literalCode(words)];
    }),
  ];
  const fields = [...all.map((token) => token.field), ...(keyed ? [KEY_FIELD] : [])].filter((one) => one >= 0);
  return {
    code: emit(numbers),
    slots: fields.reduce((bits, one) => bits | (1 << (one / 2)), 0),
    next: all[0]?.class ?? 0,
    previous: keyed ? 0 : (all.at(-1)?.class ?? 0),
  };
}

/** Whether a byte of this code may be of the class. */
export const ofClass = (code: number, bits: number): boolean => ((CLASS[code] as number) & bits) !== 0;

/** Whether it is an address, not only made of its letters; `all`: what all of its characters may be. */
const isAddress = ({ text }: Block, from: number, to: number, all: number): boolean =>
  ((all & HEX) !== 0 && to - from <= 45) || STRICT.test(text.slice(from, to));

/** Whether the literal that stands in the code at `p` stands at `at`. */
function literal(view: DataView, at: number, p: number): boolean {
  const length = code[p] as number;
  if (length === 0) return true;
  const last = (length - 1) >> 2;
  const first = p + 2;
  if (((view.getInt32(at + last * 4, true) ^ (code[first + last] as number)) & (code[p + 1] as number)) !== 0)
    return false;
  for (let i = 0; i < last; i++) if (view.getInt32(at + i * 4, true) !== code[first + i]) return false;
  return true;
}

/** Where the code goes on behind a literal. */
const behindLiteral = (p: number): number => p + 2 + (((code[p] as number) + 3) >> 2);

/** Where the key begins that `end` is the end of, behind the literal at `p`; -1: there is none. */
function keyAt({ text, view }: Block, start: number, end: number, p: number): number {
  const print = text.startsWith('SHA256:', end - 50) ? end - 50 : text.startsWith('MD5:', end - 51) ? end - 51 : -1;
  const length = code[p] as number;
  const least = Math.max(start + length, print - 34);
  for (let at = print; at >= least; at--)
    if (literal(view, at - length, p)) return KEY.test(text.slice(at, end)) ? at : -1;
  return -1;
}

/**
 * Whether the message between `start` and `end` is one of the template with this code; writes where its fields are to
 * `spans`, and leaves those alone that it does not have. The same answers as its regular expression.
 */
export function fits(template: number, block: Block, start: number, end: number, spans: Spans): boolean {
  if (end - start < (code[template] as number)) return false;
  const { bytes, view } = block;
  let p = template + 1;
  if (!literal(view, start, p)) return false;
  let at = start + (code[p] as number);
  let to = end;
  p = behindLiteral(p);
  if (code[p++] === 1) {
    const key = keyAt(block, start, end, p);
    if (key === -1) return false;
    spans[KEY_FIELD] = key;
    spans[KEY_FIELD + 1] = end;
    to = key - (code[p] as number);
    if (to < at) return false;
    p = behindLiteral(p);
  }
  for (let left = code[p++] as number; left > 0; left--) {
    const bits = code[p] as number;
    const field = code[p + 1] as number;
    const least = code[p + 2] as number;
    const limit = Math.min(to, at + (code[p + 3] as number));
    let stop = at;
    let all = 255;
    for (; stop < limit; stop++) {
      const one = CLASS[bytes[stop] as number] as number;
      if ((one & bits) === 0) break;
      all &= one;
    }
    if (stop - at < least || (bits === ADDRESS && !isAddress(block, at, stop, all))) return false;
    if (field >= 0) {
      spans[field] = at;
      spans[field + 1] = stop;
    }
    p += 4;
    at = stop + (code[p] as number);
    if (at > to || !literal(view, stop, p)) return false;
    p = behindLiteral(p);
  }
  if (code[p] === 0) return at === to;

  const free = code[p + 1] as number;
  const most = code[p + 2] as number;
  p += 3;
  to -= code[p] as number;
  if (to < at || !literal(view, to, p)) return false;
  p = behindLiteral(p);
  for (let right = code[p++] as number; right > 0; right--) {
    const bits = code[p] as number;
    const field = code[p + 1] as number;
    const before = p + 5;
    const length = code[before] as number;
    const limit = Math.max(at + length, to - (code[p + 3] as number));
    let begin = to;
    if (code[p + 4] === -1) {
      let all = 255;
      for (; begin > limit; begin--) {
        const one = CLASS[bytes[begin - 1] as number] as number;
        if ((one & bits) === 0) break;
        all &= one;
      }
      if (to - begin < (code[p + 2] as number) || begin - length < at || !literal(view, begin - length, before))
        return false;
      if (bits === ADDRESS && !isAddress(block, begin, to, all)) return false;
    } else {
      begin = beginWithin(p, block, limit, to);
      if (begin === -1) return false;
    }
    if (field >= 0) {
      spans[field] = begin;
      spans[field + 1] = to;
    }
    to = begin - length;
    p = behindLiteral(before);
  }
  if (to - at > most) return false;
  if (free >= 0) {
    spans[free] = at;
    spans[free + 1] = to;
  }
  return true;
}

/**
 * Where the part with the code at `p` begins that ends at `to`, where the literal before it may be made of its characters: the
 * shortest that fits, not before `limit`; -1: there is none.
 */
function beginWithin(p: number, { bytes, view }: Block, limit: number, to: number): number {
  const bits = code[p] as number;
  const least = code[p + 2] as number;
  const within = code[p + 4];
  const length = code[p + 5] as number;
  let begin = to;
  while (begin > limit && ((CLASS[bytes[begin - 1] as number] as number) & bits) !== 0) {
    begin -= 1;
    if (bytes[begin - 1] === within && to - begin >= least && literal(view, begin - length, p + 5)) return begin;
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
