import { keywordOf, type Release } from '../../knowledge/sshd-keywords.ts';
import { matchesPattern } from '../access/patterns.ts';
import { pathOfSection } from '../bundle.ts';
import type { Family } from '../source.ts';
import { lineWords, type Words } from './lex.ts';
import { type Criterion, readCriteria } from './match.ts';

/** One line of sshd_config(5). */
export interface Directive {
  readonly file: string;
  readonly line: number;
  /** Which reading of a file this is, for one that is included twice; 0 for the main file. */
  readonly reading: number;
  /** Lower case, aliases resolved; as written where this release does not know it. */
  readonly keyword: string;
  /** The line taken apart. */
  readonly words: Words;
  readonly text: string;
  /** The Match blocks that it stands in: more than one when a file was included from within a block. */
  readonly within: readonly MatchBlock[];
}

export interface MatchBlock {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly criteria: readonly Criterion[];
  /** What sshd says of a condition that it does not take; such a block applies to nobody. */
  readonly fault?: string;
}

export interface SshdConfig {
  /** In the order in which sshd reads them, includes expanded where they stand. */
  readonly directives: readonly Directive[];
  /** Files that an Include names and that could not be read. */
  readonly unread: readonly { readonly path: string; readonly why: string }[];
  /** Release of the sshd that reads it; a recent one is meant where it is not known. */
  readonly release?: Release;
  /** What that sshd calls itself, e.g. `OpenSSH_10.0p2 Debian-7`. */
  readonly version?: string;
  /** None of the machine's listeners is bound to a device. */
  readonly unbound?: boolean;
}

/** servconf.c: SERVCONF_MAX_DEPTH. */
const DEPTH = 16;
/** No host has more; a hostile Bundle may. */
const DIRECTIVES = 100_000;

/**
 * Reads sshd_config and everything that it includes from the `file:` sections of a Bundle. Errors in it are sshd's to
 * find (`sshd -t`); a line that makes no sense is a directive that nobody asks for.
 */
export function parseConfig(files: Family, main: string, release?: Release): SshdConfig {
  const texts = new Map([...files].map(([name, found]) => [pathOfSection(`file:${name}`) ?? name, found]));
  const directives: Directive[] = [];
  const unread: { path: string; why: string }[] = [];
  let readings = 0;

  const read = (path: string, outer: readonly MatchBlock[], depth: number): void => {
    const found = texts.get(path);
    if (found?.status !== 'ok') {
      unread.push({ path, why: found?.status ?? 'not-collected' });
      return;
    }
    let within = outer;
    const reading = readings++;
    for (const [i, raw] of found.text.split('\n').entries()) {
      if (directives.length >= DIRECTIVES) return;
      // The collector spells out a carriage return, which sshd passes over.
      const text = raw.replace(/\\r$/, '');
      const words = lineWords(text, release);
      if (!words) continue;
      const keyword = keywordOf(words.keyword, release)?.id ?? words.keyword.toLowerCase();
      const place = { file: path, line: i + 1, text: text.trim() };
      if (keyword === 'match' && !words.fault) {
        const read = readCriteria(words.rest, words.args, release);
        within = [...outer, { ...place, ...('fault' in read ? { criteria: [], fault: read.fault } : read) }];
      }
      directives.push({ ...place, reading, keyword, words, within });
      if (keyword !== 'include' || depth >= DEPTH) continue;
      for (const arg of words.args) {
        const glob = arg.startsWith('/') ? arg : `/etc/ssh/${arg}`;
        const hits = [...texts.keys()]
          .filter((name) => sameFolderDepth(name, glob) && matchesPattern(name, glob))
          .sort();
        // A glob that matches nothing is no error to sshd.
        for (const hit of hits) if (texts.get(hit)?.status !== 'absent') read(hit, within, depth + 1);
      }
    }
  };
  read(main, [], 0);
  return { directives, unread, ...(release && { release }) };
}

/** glob(7): `*` does not match a slash. */
function sameFolderDepth(path: string, glob: string): boolean {
  return path.split('/').length === glob.split('/').length;
}
