import { atLeast, type Keyword, type Release } from '../../knowledge/sshd-keywords.ts';
import type { Words } from './lex.ts';

type Looks = 'active' | 'first' | 'unset';

/** What sshd says of a line that it does not take; `stops`: it exits there, and tells of nothing that follows. */
export interface Complaint {
  readonly text: string;
  readonly stops: boolean;
  /**
   * sshd looks only where the line applies (`active`), where it is the first of its keyword to apply (`first`), or as long
   * as no line of its keyword has applied (`unset`). In a Match block a mistake of the first two kinds stays unseen until
   * somebody connects to whom the block applies.
   */
  readonly looks?: Looks;
}

/** Values of one line, in the words of `sshd -T`; or why there are none. */
export type Read = { readonly values: readonly string[] } | { readonly complaint: Complaint };

/** A line whose keyword is known, as the readers of its value see it. */
export interface Line {
  /** Of the keyword, in lower case, aliases resolved. */
  readonly id: string;
  readonly keyword: Keyword;
  /** The keyword as the line writes it. */
  readonly written: string;
  readonly args: readonly string[];
  readonly rest: string;
  readonly release?: Release | undefined;
  /** 8.7 and later: words are taken apart as a shell would, and errors name the keyword as written. */
  readonly modern: boolean;
}

export function lineOf(id: string, keyword: Keyword, words: Words, release?: Release): Line {
  const { args, rest } = words;
  return { id, keyword, written: words.keyword, args, rest, release, modern: atLeast(release, [8, 7]) };
}

export const values = (list: readonly string[]): Read => ({ values: list });

/** An error at which sshd exits. */
export const stop = (text: string): Read => ({ complaint: { text, stops: true } });

/** An error at which sshd exits, where it looks. */
export const stopWhen = (looks: Looks, text: string): Read => ({
  complaint: { text, stops: true, looks },
});

/** An error that sshd tells and goes on from. */
export const bad = (text: string): Read => ({ complaint: { text, stops: false } });

export function missing({ modern, written }: Line): Read {
  return stop(modern ? `${written} missing argument.` : 'Missing argument.');
}

/** A line that names nothing, which releases before 9.8 let pass. */
export function nothingNamed({ args, written, release }: Line): Read | undefined {
  return args.length === 0 && atLeast(release, [9, 8]) ? stop(`no ${written} specified`) : undefined;
}

/** The values, unless more than the `used` arguments follow. */
export function take({ args, written, modern }: Line, used: number, ...list: string[]): Read {
  const extra = args[used];
  if (extra === undefined) return values(list);
  return modern
    ? bad(`keyword ${written} extra arguments at end of line`)
    : stop(`garbage at end of line; "${extra}".`);
}
