import { atLeast, type Release } from '../../knowledge/sshd-keywords.ts';

/** A line of sshd_config, taken apart as its release does. */
export interface Words {
  readonly keyword: string;
  readonly args: readonly string[];
  /** What follows the keyword, as it stands. */
  readonly rest: string;
  /** Why sshd does not get as far as the arguments. */
  readonly fault?: 'no-argument' | 'quotes';
}

const BLANK = /^[ \t\r\n]+/;

/** strdelim() of misc.c: the next word, and what is left; a double quote groups, one `=` may stand for the blank. */
export function delimited(text: string, splitEquals = true): { word: string | undefined; left: string | undefined } {
  const at = text.search(splitEquals ? /[ \t\r\n"=]/ : /[ \t\r\n"]/);
  if (at < 0) return { word: text, left: undefined };
  if (text[at] === '"') {
    const open = text.slice(0, at) + text.slice(at + 1);
    const close = open.indexOf('"', at);
    if (close < 0) return { word: undefined, left: undefined };
    return { word: open.slice(0, close), left: open.slice(close + 1).replace(BLANK, '') };
  }
  let left = text.slice(at + 1).replace(BLANK, '');
  if (splitEquals && text[at] !== '=' && left.startsWith('=')) left = left.slice(1).replace(BLANK, '');
  return { word: text.slice(0, at), left };
}

/** All words of strdelim(), up to the first empty one. */
export function delimitedAll(text: string, splitEquals = true): string[] {
  const words: string[] = [];
  for (let left: string | undefined = text; left !== undefined; ) {
    const next = delimited(left, splitEquals);
    if (!next.word) break;
    words.push(next.word);
    left = next.left;
  }
  return words;
}

/** argv_split() of misc.c: both quotes group, a backslash takes the meaning from quotes, `#` between words ends it. */
export function split(text: string): string[] | undefined {
  const words: string[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === ' ' || char === '\t') {
      at++;
      continue;
    }
    if (char === '#') break;
    let word = '';
    let quote = '';
    for (; at < text.length; at++) {
      const here = text.charAt(at);
      const next = text.charAt(at + 1);
      if (here === '\\' && (next === "'" || next === '"' || next === '\\' || (quote === '' && next === ' ')))
        word += text.charAt(++at);
      else if (quote === '' && (here === ' ' || here === '\t')) break;
      else if (quote === '' && (here === '"' || here === "'")) quote = here;
      else if (here === quote) quote = '';
      else word += here;
    }
    if (quote !== '') return undefined;
    words.push(word);
  }
  return words;
}

/** What sshd takes off the end of a line; a pattern for it goes over each run of blanks once for each of them. */
const TRIMMED: ReadonlySet<string | undefined> = new Set([' ', '\t', '\r', '\n', '\f']);

/**
 * Takes a line apart (servconf.c, process_server_config_line()); nothing for a blank line or a comment. Before 8.7 `#`
 * ended a line wherever it stood, and `=` parted any two words.
 */
export function lineWords(line: string, release?: Release): Words | undefined {
  const modern = atLeast(release, [8, 7]);
  const whole = (modern ? line : line.replace(/#.*/s, '')).replace(/^[ \t\r]+/, '');
  let end = whole.length;
  while (end > 0 && TRIMMED.has(whole[end - 1])) end--;
  let { word, left } = delimited(whole.slice(0, end));
  if (word === '' && left !== undefined) ({ word, left } = delimited(left));
  if (!word || word.startsWith('#')) return undefined;
  const rest = left ?? '';
  if (!modern) return { keyword: word, rest, args: delimitedAll(rest, word.toLowerCase() !== 'setenv') };
  if (rest === '') return { keyword: word, rest, args: [], fault: 'no-argument' };
  const args = split(rest);
  return args ? { keyword: word, rest, args } : { keyword: word, rest, args: [], fault: 'quotes' };
}
