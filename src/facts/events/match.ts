import { TOKENS } from '../../knowledge/events/event.ts';
import { page } from './page.ts';
import { ADDRESS, classes, HEX, KEY_FIELD, type Spans } from './tokens.ts';

const STRICT = new RegExp(`^(?:${TOKENS['to']})$`);
const KEY = /^[A-Z0-9-]{2,32} (?:SHA256:[A-Za-z0-9+/]{43}|MD5:[0-9a-f:]{47})$/;

/** Whether it is an address, not only made of its letters; `all`: what all of its characters may be. */
const isAddress = (from: number, to: number, all: number): boolean =>
  ((all & HEX) !== 0 && to - from <= 45) || STRICT.test(page.text.slice(from, to));

/**
 * Makes what holds messages against templates, of whose code (see `Template`) there is one array: to follow references from
 * object to object costs more than all comparisons do.
 *
 * One function is around it because V8 takes for constant what is so within a function, but not at the top of a bundle, where
 * esbuild makes variables of constants.
 */
export function matcher(allCode: Int32Array): (template: number, start: number, end: number, spans: Spans) => boolean {
  const CLASS = classes;
  const { bytes, view } = page;
  const code = allCode;

  /** Whether the literal that stands in the code at `p` stands at `at`. */
  function literal(at: number, p: number): boolean {
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
  function keyAt(start: number, end: number, p: number): number {
    const { text } = page;
    const print = text.startsWith('SHA256:', end - 50) ? end - 50 : text.startsWith('MD5:', end - 51) ? end - 51 : -1;
    const length = code[p] as number;
    const least = Math.max(start + length, print - 34);
    for (let at = print; at >= least; at--) if (literal(at - length, p)) return KEY.test(text.slice(at, end)) ? at : -1;
    return -1;
  }

  /**
   * Whether the message between `start` and `end` is one of the template whose code begins at `template`; writes where its fields are to
   * `spans`, and leaves those alone that it does not have. The same answers as its regular expression.
   */
  function fits(template: number, start: number, end: number, spans: Spans): boolean {
    if (end - start < (code[template] as number)) return false;
    let p = template + 2;
    let at = start;
    let to = end;
    if (code[template + 1] === 1) {
      const key = keyAt(start, end, p);
      if (key === -1) return false;
      spans[KEY_FIELD] = key;
      spans[KEY_FIELD + 1] = end;
      to = key - (code[p] as number);
      p = behindLiteral(p);
    }
    for (let left = code[p++] as number; ; left--) {
      const from = at;
      at += code[p] as number;
      if (at > to || !literal(from, p)) return false;
      p = behindLiteral(p);
      if (left === 0) break;
      const bits = code[p] as number;
      const field = code[p + 1] as number;
      const most = at + (code[p + 3] as number);
      const limit = most < to ? most : to;
      let stop = at;
      let all = 255;
      for (; stop < limit; stop++) {
        const one = CLASS[bytes[stop] as number] as number;
        if ((one & bits) === 0) break;
        all &= one;
      }
      if (stop - at < (code[p + 2] as number) || (bits === ADDRESS && !isAddress(at, stop, all))) return false;
      if (field >= 0) {
        spans[field] = at;
        spans[field + 1] = stop;
      }
      at = stop;
      p += 4;
    }
    if (code[p] === 0) return at === to;

    const free = code[p + 1] as number;
    const longest = code[p + 2] as number;
    p += 3;
    for (let right = code[p++] as number; ; right--) {
      to -= code[p] as number;
      if (to < at || !literal(to, p)) return false;
      p = behindLiteral(p);
      if (right === 0) break;
      const bits = code[p] as number;
      const field = code[p + 1] as number;
      const most = to - (code[p + 3] as number);
      const limit = most > at ? most : at;
      let begin = to;
      if (code[p + 4] === -1) {
        let all = 255;
        for (; begin > limit; begin--) {
          const one = CLASS[bytes[begin - 1] as number] as number;
          if ((one & bits) === 0) break;
          all &= one;
        }
        if (to - begin < (code[p + 2] as number)) return false;
        if (bits === ADDRESS && !isAddress(begin, to, all)) return false;
      } else {
        begin = beginWithin(p, at, limit, to);
        if (begin === -1) return false;
      }
      if (field >= 0) {
        spans[field] = begin;
        spans[field + 1] = to;
      }
      to = begin;
      p += 5;
    }
    if (to - at > longest) return false;
    if (free >= 0) {
      spans[free] = at;
      spans[free + 1] = to;
    }
    return true;
  }

  /**
   * Where the part with the code at `p` begins that ends at `to`, where the literal before it may be made of its characters: the
   * shortest that fits, not before `limit`, the literal not before `at`; -1: there is none.
   */
  function beginWithin(p: number, at: number, limit: number, to: number): number {
    const bits = code[p] as number;
    const least = code[p + 2] as number;
    const within = code[p + 4];
    const length = code[p + 5] as number;
    const first = at + length > limit ? at + length : limit;
    let begin = to;
    while (begin > first && ((CLASS[bytes[begin - 1] as number] as number) & bits) !== 0) {
      begin -= 1;
      if (bytes[begin - 1] === within && to - begin >= least && literal(begin - length, p + 5)) return begin;
    }
    return -1;
  }

  return fits;
}
