import { SSHD_ALIASES } from '../../knowledge/sshd-options.ts';
import { matchesPattern } from '../access/patterns.ts';
import { pathOfSection } from '../bundle.ts';
import type { Family } from '../source.ts';

/** One line of sshd_config(5). */
export interface Directive {
  readonly file: string;
  readonly line: number;
  /** Lower case, aliases resolved. */
  readonly keyword: string;
  readonly args: readonly string[];
  readonly text: string;
  /** The Match blocks that it stands in: more than one when a file was included from within a block. */
  readonly within: readonly MatchBlock[];
}

export interface MatchBlock {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  /** Criterion in lower case and its pattern list, in order. */
  readonly criteria: readonly { readonly name: string; readonly list: string }[];
}

export interface SshdConfig {
  /** In the order in which sshd reads them, includes expanded where they stand. */
  readonly directives: readonly Directive[];
  /** Files that an Include names and that could not be read. */
  readonly unread: readonly { readonly path: string; readonly why: string }[];
}

/** servconf.c: SERVCONF_MAX_DEPTH. */
const DEPTH = 16;
/** No host has more; a hostile Bundle may. */
const DIRECTIVES = 100_000;

/** Words of a line as argv_split() in misc.c makes them: quotes group, `#` begins a comment, `keyword=value` is allowed. */
export function words(line: string): string[] {
  const list: string[] = [];
  let word = '';
  let quote = '';
  let inWord = false;
  for (let i = 0; i < line.length; i++) {
    const char = line.charAt(i);
    if (quote !== '') {
      if (char === '\\' && (line[i + 1] === quote || line[i + 1] === '\\')) word += line.charAt(++i);
      else if (char === quote) quote = '';
      else word += char;
    } else if (char === '"' || char === "'") {
      quote = char;
      inWord = true;
    } else if (char === '#' && !inWord) break;
    else if (char === ' ' || char === '\t' || (char === '=' && list.length === 0)) {
      if (inWord) list.push(word);
      else if (char === '=' && list.length === 0) continue;
      [word, inWord] = ['', false];
      if (char !== '=' && list.length === 1) {
        // `keyword = value`
        const rest = /^[ \t]*=[ \t]*/.exec(line.slice(i));
        if (rest) i += rest[0].length - 1;
      }
    } else {
      word += char;
      inWord = true;
    }
  }
  if (inWord) list.push(word);
  return list;
}

function matchBlock(file: string, line: number, text: string, args: readonly string[]): MatchBlock {
  const criteria: { name: string; list: string }[] = [];
  for (let i = 0; i < args.length; ) {
    const [name = '', inline] = (args[i++] ?? '').split(/=(.*)/s);
    const alone = /^(all|invalid-user)$/i.test(name);
    criteria.push({ name: name.toLowerCase(), list: alone ? '' : (inline ?? args[i++] ?? '') });
  }
  return { file, line, text, criteria };
}

/**
 * Reads sshd_config and everything that it includes from the `file:` sections of a Bundle. Errors in it are sshd's to
 * find (`sshd -t`); a line that makes no sense is a directive that nobody asks for.
 */
export function parseConfig(files: Family, main: string): SshdConfig {
  const texts = new Map([...files].map(([name, found]) => [pathOfSection(`file:${name}`) ?? name, found]));
  const directives: Directive[] = [];
  const unread: { path: string; why: string }[] = [];

  const read = (path: string, outer: readonly MatchBlock[], depth: number): void => {
    const found = texts.get(path);
    if (found?.status !== 'ok') {
      unread.push({ path, why: found?.status ?? 'not-collected' });
      return;
    }
    let within = outer;
    for (const [i, text] of found.text.split('\n').entries()) {
      if (directives.length >= DIRECTIVES) return;
      const [first, ...args] = words(text.replace(/\\r$/, '').trim());
      if (first === undefined) continue;
      const lower = first.toLowerCase();
      const keyword = SSHD_ALIASES[lower] ?? lower;
      if (keyword === 'match') within = [...outer, matchBlock(path, i + 1, text.trim(), args)];
      directives.push({ file: path, line: i + 1, keyword, args, text: text.trim(), within });
      if (keyword !== 'include' || depth >= DEPTH) continue;
      for (const arg of args) {
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
  return { directives, unread };
}

/** glob(7): `*` does not match a slash. */
function sameFolderDepth(path: string, glob: string): boolean {
  return path.split('/').length === glob.split('/').length;
}
