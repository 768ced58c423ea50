import { FIELDS, TOKENS } from '../../knowledge/events/event.ts';
import type { Plain } from './variants.ts';

/** Where the fields of a matched message begin and end: twice the index of the field in FIELDS; -1: not in this message. */
export type Spans = Int32Array;

/** Matches the message between `start` and `end` of `text`; fills `spans`. Never reads outside of it. */
export type Matcher = (text: string, bytes: Uint8Array, start: number, end: number, spans: Spans) => boolean;

interface Token {
  readonly field: number;
  /** Which of the first 256 characters it may have; undefined: any, and it may be empty. */
  readonly chars?: Uint8Array;
  readonly least: number;
  readonly most: number;
  readonly address?: true;
}

const NOTHING = new Uint8Array(0);

/** Whether `bytes` has `literal` at `at`. */
export function same(bytes: Uint8Array, at: number, literal: Uint8Array): boolean {
  for (let i = literal.length - 1; i >= 0; i--) if (bytes[at + i] !== literal[i]) return false;
  return true;
}

/** Whether it is an address, not only made of its letters. */
function isAddress(text: string, bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from <= 45) {
    let at = from;
    while (at < to && HEX[bytes[at] as number] === 1) at += 1;
    if (at === to) return true;
  }
  return STRICT.test(text.slice(from, to));
}

function chars(test: RegExp): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) => (test.test(String.fromCharCode(code)) ? 1 : 0));
}

const field = (name: (typeof FIELDS)[number]): number => FIELDS.indexOf(name) * 2;
const ANY = chars(/\S/);
const DIGITS = chars(/\d/);
const NUMBER = chars(/[\d.-]/);
const ADDRESS = chars(/[0-9A-Za-z:.%_-]/);
const HEX = chars(/[0-9A-Fa-f:.]/);
const STRICT = new RegExp(`^(?:${TOKENS['to']})$`);

/** Those of TOKENS that can be matched without a regular expression. */
const SIMPLE: Readonly<Record<string, Token>> = {
  user: { field: field('user'), least: 0, most: 256 },
  detail: { field: field('detail'), least: 0, most: 1024 },
  x: { field: -1, least: 0, most: 1024 },
  account: { field: field('user'), chars: chars(/[^\s()]/), least: 1, most: 256 },
  from: { field: field('from'), chars: ADDRESS, least: 2, most: 78, address: true },
  to: { field: -1, chars: ADDRESS, least: 2, most: 78, address: true },
  host: { field: field('from'), chars: ANY, least: 1, most: 256 },
  port: { field: field('port'), chars: DIGITS, least: 1, most: 5 },
  method: { field: field('method'), chars: chars(/[\w./@-]/), least: 1, most: 64 },
  jail: { field: field('jail'), chars: chars(/[^\]\n]/), least: 1, most: 64 },
  n: { field: -1, chars: NUMBER, least: 1, most: 20 },
  word: { field: -1, chars: ANY, least: 1, most: 256 },
};

const KEY = /^[A-Z0-9-]{2,32} (?:SHA256:[A-Za-z0-9+/]{43}|MD5:[0-9a-f:]{47})$/;

/**
 * A matcher without a regular expression, for a message with at most one part of any text (the other side's): what stands
 * before that part is read from the left, what stands behind it from the right, so that the last address in the message is
 * the one that counts. Undefined when the message is not that simple. The same answers as the regular expression.
 */
export function simpleMatcher({ literals, tokens }: Plain): Matcher | undefined {
  const keyed = tokens.at(-1) === 'key' && literals.at(-1) === '';
  const names = keyed ? tokens.slice(0, -1) : tokens;
  const list = names.map((name) => SIMPLE[name]);
  if (list.includes(undefined)) return undefined;
  const all = list as Token[];
  const free = all.findIndex((token) => token.chars === undefined);
  if (all.filter((token) => token.chars === undefined).length > 1) return undefined;
  // From the left a part has to end where its characters end.
  const left = free === -1 ? all.length : free;
  for (let i = 0; i < left; i++) {
    const next = literals[i + 1] ?? '';
    if (all[i]?.chars?.[next.charCodeAt(0)] === 1) return undefined;
    if (next === '' && i + 1 < all.length) return undefined;
  }
  for (let i = left + 1; i < all.length; i++) if (literals[i] === '') return undefined;
  const keyField = field('key');
  const literal = literals.map((one) => Buffer.from(one, 'latin1'));
  const first = literal[0] as Uint8Array;
  const last = keyed ? (literal.at(-2) as Uint8Array) : NOTHING;
  const after = (i: number): Uint8Array => (keyed && i === all.length - 1 ? NOTHING : (literal[i + 1] as Uint8Array));
  const behind = all.map((_, i) => after(i));
  // Of a key alone, or one right behind the first words, there is nothing to win.
  if (keyed && all.length === 0) return undefined;

  return (text, bytes, start, end, spans) => {
    if (!same(bytes, start, first)) return false;
    let to = end;
    for (let i = 0; i < spans.length; i++) spans[i] = -1;
    if (keyed) {
      const print = text.startsWith('SHA256:', end - 50) ? end - 50 : text.startsWith('MD5:', end - 51) ? end - 51 : -1;
      if (print === -1) return false;
      const least = Math.max(start, print - 34);
      let at = -1;
      for (let i = print; i > least; i--) {
        if (same(bytes, i - last.length, last)) {
          at = i;
          break;
        }
      }
      if (at === -1 || !KEY.test(text.slice(at, end))) return false;
      spans[keyField] = at;
      spans[keyField + 1] = end;
      to = at - last.length;
      if (to < start + first.length) return false;
    }
    let at = start + first.length;
    for (let i = 0; i < left; i++) {
      const token = all[i] as Token;
      const set = token.chars as Uint8Array;
      const limit = Math.min(to, at + token.most);
      let stop = at;
      while (stop < limit && set[bytes[stop] as number] === 1) stop += 1;
      if (stop - at < token.least || (token.address && !isAddress(text, bytes, at, stop))) return false;
      if (token.field >= 0) {
        spans[token.field] = at;
        spans[token.field + 1] = stop;
      }
      const next = behind[i] as Uint8Array;
      if (!same(bytes, stop, next)) return false;
      at = stop + next.length;
    }
    if (free === -1) return at === to;

    for (let i = all.length - 1; i > free; i--) {
      const token = all[i] as Token;
      const next = behind[i] as Uint8Array;
      to -= next.length;
      if (to < at || !same(bytes, to, next)) return false;
      const set = token.chars as Uint8Array;
      const before = literal[i] as Uint8Array;
      const limit = Math.max(at + before.length, to - token.most);
      let begin = to;
      let found = false;
      while (begin > limit && set[bytes[begin - 1] as number] === 1) {
        begin -= 1;
        if (to - begin >= token.least && same(bytes, begin - before.length, before)) {
          found = true;
          break;
        }
      }
      if (!found || (token.address && !isAddress(text, bytes, begin, to))) return false;
      if (token.field >= 0) {
        spans[token.field] = begin;
        spans[token.field + 1] = to;
      }
      to = begin;
    }
    const token = all[free] as Token;
    const next = behind[free] as Uint8Array;
    to -= next.length;
    if (to < at || to - at > token.most || !same(bytes, to, next)) return false;
    if (token.field >= 0) {
      spans[token.field] = at;
      spans[token.field + 1] = to;
    }
    return true;
  };
}

/** The same with a regular expression, whose groups are `fields` in order. */
export function patternMatcher(pattern: RegExp): Matcher {
  const names = [...pattern.source.matchAll(/\(\?<(\w+)>/g)].map((one) => field(one[1] as (typeof FIELDS)[number]));
  const plain = new RegExp(pattern.source.replace(/\(\?<\w+>/g, '('), 'd');
  return (text, _bytes, start, end, spans) => {
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
