import type { Change } from './change.ts';

export type Risk = 'safe' | 'interrupts' | 'may-lock-out';

/** What is to be changed on the server (or client, as `where` says), narrowest first. */
export interface Fix {
  readonly summary: string;
  readonly risk: Risk;
  readonly where: 'client' | 'server';
  readonly changes: readonly Change[];
}

/** Nothing is changed by a machine here, and why; what a person should do instead. */
export interface Refusal {
  readonly refuse: string;
  readonly manual: readonly string[];
}

export type Remedy = Fix | Refusal;

/**
 * `'…'` for a POSIX shell; what a terminal would obey is written as `"$(printf '\\033')"`. Every foreign word in a command goes through
 * here.
 */
export function shellQuote(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  const plain = (text: string): string => (text === '' ? '' : `'${text.replaceAll("'", "'\\''")}'`);
  let quoted = '';
  let last = 0;
  for (const { 0: run, index } of word.matchAll(OBEYED)) {
    quoted += `${plain(word.slice(last, index))}"$(printf '${octal(run)}')"`;
    last = index + run.length;
  }
  return `${quoted}${plain(word.slice(last))}` || "''";
}

/** What a terminal obeys or hides, so that a script can be read before it is run; lines and tabs stay. */
const OBEYED = /[^\P{Cc}\n\t]+|[\p{Cf}\p{Zl}\p{Zp}\p{Co}]+/gu;
const octal = (text: string): string =>
  [...new TextEncoder().encode(text)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
