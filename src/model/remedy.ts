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

/** `'…'` for a POSIX shell. Every foreign word in a command goes through here. */
export function shellQuote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
