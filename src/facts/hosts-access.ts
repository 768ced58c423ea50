import { inNetwork, matchesPattern } from './access/patterns.ts';
import { file } from './files.ts';

export const hostsAllow = file('/etc/hosts.allow');
export const hostsDeny = file('/etc/hosts.deny');

export interface WrapperRule {
  readonly file: '/etc/hosts.allow' | '/etc/hosts.deny';
  readonly line: number;
  readonly text: string;
  /** What the line has run for each client that it matches: beside the daemon, or in its place (hosts_options(5)). */
  readonly runs?: { readonly how: 'spawn' | 'twist'; readonly command: string };
}

export interface WrapperVerdict {
  /** `unknown`: it hangs on a name, a user or a file that is not known. */
  readonly outcome: 'allow' | 'deny' | 'unknown';
  /** What decides; where that is not known, the line that would refuse. */
  readonly rule?: WrapperRule;
}

/** The first verdict stands; before it may stand lines that would have another one if they applied. */
function settle(unsure: readonly WrapperVerdict[], last: WrapperVerdict): WrapperVerdict {
  if (unsure.every(({ outcome }) => outcome === last.outcome)) return last;
  const refusing = [...unsure, last].find(({ outcome }) => outcome === 'deny');
  return { outcome: 'unknown', ...(refusing?.rule ? { rule: refusing.rule } : {}) };
}

/** One client pattern of hosts_access(5) against an address; `undefined` for what needs a name or a look-up. */
function clientMatches(pattern: string, address: string): boolean | undefined {
  if (pattern === 'ALL') return true;
  if (/^(LOCAL|KNOWN|UNKNOWN|PARANOID)$/.test(pattern) || pattern.startsWith('@') || pattern.startsWith('/'))
    return undefined;
  const host = pattern.slice(pattern.lastIndexOf('@') + 1);
  if (host !== pattern && !pattern.startsWith('ALL@')) return undefined;
  const v6 = /^\[([^\]]+)\](?:\/(\d+))?$/.exec(host);
  if (v6?.[1]) return inNetwork(address, v6[2] === undefined ? v6[1] : `${v6[1]}/${v6[2]}`) ?? false;
  if (host === 'ALL') return true;
  if (/^[\d.]+\.$/.test(host)) return address.startsWith(host);
  const masked = /^([\d.]+)\/([\d.]+)$/.exec(host);
  if (masked?.[1] && masked[2]) {
    const bits = masked[2].includes('.') ? bitsOf(masked[2]) : Number(masked[2]);
    return bits === undefined ? undefined : (inNetwork(address, `${masked[1]}/${bits}`) ?? false);
  }
  if (/^[\d.*?]+$/.test(host)) return matchesPattern(address, host);
  return undefined;
}

function bitsOf(mask: string): number | undefined {
  const binary = mask
    .split('.')
    .map((byte) => Number(byte).toString(2).padStart(8, '0'))
    .join('');
  return /^1*0*$/.test(binary) && binary.length === 32
    ? binary.indexOf('0') < 0
      ? 32
      : binary.indexOf('0')
    : undefined;
}

/** A list with EXCEPT, which binds to the right: `a EXCEPT (b EXCEPT c)`. */
function listMatches(words: readonly string[], test: (word: string) => boolean | undefined): boolean | undefined {
  const at = words.indexOf('EXCEPT');
  const answers = (at < 0 ? words : words.slice(0, at)).map(test);
  const hit = answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
  if (at < 0 || hit === false) return hit;
  const but = listMatches(words.slice(at + 1), test);
  if (but === true) return false;
  return but === false ? hit : undefined;
}

/** Lines with their continuations (a backslash at the end) joined, without comments. */
function logicalLines(lines: readonly string[]): { text: string; line: number }[] {
  const joined: { text: string; line: number }[] = [];
  let open: { text: string; line: number } | undefined;
  for (const [i, text] of lines.entries()) {
    const whole: { text: string; line: number } = open
      ? { text: open.text + text, line: open.line }
      : { text, line: i + 1 };
    open = undefined;
    if (text.endsWith('\\')) open = { ...whole, text: whole.text.slice(0, -1) };
    else if (whole.text.trim() !== '' && !whole.text.startsWith('#')) joined.push(whole);
  }
  return joined;
}

/** Splits at colons outside of square brackets; one with a backslash before it belongs to the field. */
function fields(text: string): string[] {
  const made: string[] = [];
  let from = 0;
  // The bracket that comes next decides: one that closes has a colon inside.
  let next = -1;
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) {
    if (next !== text.length && next < at) {
      next = at;
      while (next < text.length && text[next] !== '[' && text[next] !== ']') next++;
    }
    if (text[at - 1] === '\\' || text[next] === ']') continue;
    made.push(text.slice(from, at));
    from = at + 1;
  }
  return [...made, text.slice(from)].map((field) => field.replaceAll('\\:', ':'));
}

/** The option that runs something, e.g. `twist /bin/echo no`. */
function runsOf(options: readonly string[]): WrapperRule['runs'] {
  const [, how = '', command = ''] =
    options.map((option) => /^(spawn|twist)[\s=]+([^\s=].*)$/is.exec(option.trim())).find(Boolean) ?? [];
  return command === '' ? undefined : { how: how.toLowerCase() as 'spawn' | 'twist', command };
}

/**
 * What TCP wrappers say to a client (hosts_access(5), hosts_options(5)): the first match in hosts.allow lets in, else the first in
 * hosts.deny keeps out, else everybody is let in. A missing file is an empty one.
 */
export function hostsAccess(
  allow: readonly string[] | null,
  deny: readonly string[] | null,
  address: string,
  daemon = 'sshd',
): WrapperVerdict {
  const unsure: WrapperVerdict[] = [];
  for (const [name, lines] of [
    ['/etc/hosts.allow', allow],
    ['/etc/hosts.deny', deny],
  ] as const) {
    for (const { text, line } of logicalLines(lines ?? [])) {
      const [daemons = '', clients = '', ...options] = fields(text);
      const words = (list: string): string[] => list.split(/[\s,]+/).filter((word) => word !== '');
      const mine = listMatches(words(daemons), (word) => word === 'ALL' || word.split('@')[0] === daemon);
      const hit = mine ? listMatches(words(clients), (word) => clientMatches(word, address)) : mine;
      if (hit === false) continue;
      const runs = runsOf(options);
      const rule = { file: name, line, text: text.trim(), ...(runs && { runs }) };
      const turned = options.map((option) => option.trim().toLowerCase());
      const refused = turned.includes('deny') || runs?.how === 'twist';
      const allowed = turned.includes('allow') || name === '/etc/hosts.allow';
      const verdict = { outcome: refused || !allowed ? 'deny' : 'allow', rule } as const;
      if (hit) return settle(unsure, verdict);
      unsure.push(verdict);
    }
  }
  return settle(unsure, { outcome: 'allow' });
}
