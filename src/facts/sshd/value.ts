import type { Keyword, Release, ValueType } from '../../knowledge/sshd-keywords.ts';
import { readAlgorithms } from './algorithms.ts';
import type { Words } from './lex.ts';
import { lineOf, type Read, values } from './line.ts';
import { MANY } from './read-many.ts';
import { ONE, type Reader } from './read-one.ts';

const READERS: Partial<Record<ValueType, Reader>> = {
  ...ONE,
  ...MANY,
  ciphers: readAlgorithms,
  macs: readAlgorithms,
  kex: readAlgorithms,
  'gss-kex': readAlgorithms,
  keys: readAlgorithms,
  signatures: readAlgorithms,
};

/** Reads the arguments of a line as its keyword takes them; Match, Include and what no build takes have no values. */
export function readValue(id: string, keyword: Keyword, words: Words, release?: Release): Read {
  return READERS[keyword.type]?.(lineOf(id, keyword, words, release)) ?? values([]);
}
