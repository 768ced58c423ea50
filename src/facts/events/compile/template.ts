import { literalOf } from '../page.ts';
import { ADDRESS, classes, KEY_FIELD, SIMPLE, type Token } from '../tokens.ts';
import type { Plain } from './variants.ts';

/**
 * A message with at most one part of any text (the other side's): what stands before that part is read from the left, what
 * stands behind it from the right, so that the last address in the message is the one that counts.
 */
export interface Template {
  /**
   * What `match.ts` reads: the least length of a message; 1 and the literal before the key, or 0; the number of parts that
   * are read from the left, the first literal, and each part with the literal behind it; where there is a free part 1, its
   * field, its greatest length, the number of parts that are read from the right, the last literal, and each part with the
   * literal before it, or 0. A literal is its length, the mask of its last word, its words. A part is its class, its field,
   * its least and greatest length; from the right also the code of the character before it, where that may also be of the
   * part, so that it may begin within the run, or -1.
   */
  readonly code: readonly number[];
  /** Bit set of the fields that it has, by their index in FIELDS. */
  readonly slots: number;
  /** What kind of character stands right behind the first words, and before the last; 0: any. */
  readonly next: number;
  readonly previous: number;
}

const literalCode = (text: string): readonly number[] => {
  const { length, mask, words } = literalOf(text);
  return [length, mask, ...words];
};
const partCode = (token: Token): readonly number[] => [token.class, token.field, token.least, token.most];
const lastCode = (text: string): number => (text === '' ? Number.NaN : text.charCodeAt(text.length - 1));
const mayBe = (character: number, bits: number): boolean => ((classes[character] ?? 0) & bits) !== 0;

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
  const numbers: readonly number[] = [
    literals.join('').length + all.reduce((sum, token) => sum + token.least, 0),
    ...(keyed ? [1, ...literalCode(before(all.length))] : [0]),
    left.length,
    ...literalCode(before(0)),
    ...left.flatMap((token, i) => [...partCode(token), ...literalCode(behind(i))]),
    ...(end === undefined ? [0] : [1, end.field, end.most, right.length, ...literalCode(behind(all.length - 1))]),
    ...right.reverse().flatMap(({ token, words }) => {
      const last = lastCode(words);
      return [...partCode(token), mayBe(last, token.class) ? last : -1, ...literalCode(words)];
    }),
  ];
  const fields = [...all.map((token) => token.field), ...(keyed ? [KEY_FIELD] : [])].filter((one) => one >= 0);
  return {
    code: numbers,
    slots: fields.reduce((bits, one) => bits | (1 << (one / 2)), 0),
    next: all[0]?.class ?? 0,
    previous: keyed ? 0 : (all.at(-1)?.class ?? 0),
  };
}
