import { atLeast, type Keyword, type Release } from '../../knowledge/sshd-keywords.ts';
import { type Algorithms, algorithmsOf } from '../../knowledge/sshd-releases.ts';
import { matchesPattern } from '../access/patterns.ts';
import { type Line, missing, type Read, stop, take } from './line.ts';

const union = (a: string, b: string) => [...new Set([...a.split(','), ...b.split(',')])].filter(Boolean).join(',');

/** sshkey_names_valid2() of sshkey.c. */
function keyNames(list: string, algorithms: Algorithms, plainOnly: boolean): boolean {
  const known = [...algorithms.keys.split(','), 'ssh-rsa', 'ssh-rsa-cert-v01@openssh.com'];
  return list.split(',').every((name) => {
    if (name === '' || (plainOnly && /-cert-v\d/.test(name))) return false;
    return known.some((one) => one === name || matchesPattern(one, name));
  });
}

/** kex_assemble_names() of kex-names.c; nothing where it fails. */
function assembled(list: string, defaults: string, all: string): string | undefined {
  if (list === '') return defaults;
  const tail = list.slice(1);
  if (list.startsWith('-')) {
    const patterns = tail.split(',');
    return defaults
      .split(',')
      .filter((name) => !patterns.some((pattern) => matchesPattern(name, pattern)))
      .join(',');
  }
  const wanted = list.startsWith('+') ? union(defaults, tail) : list.startsWith('^') ? union(tail, defaults) : list;
  let found = '';
  for (const pattern of wanted.split(',')) {
    if (pattern.startsWith('!')) return undefined;
    const hits = all.split(',').filter((name) => matchesPattern(name, pattern));
    found = union(found, hits.join(','));
  }
  return found === '' ? undefined : found;
}

function allOf(type: Keyword['type'], known: Algorithms): string {
  if (type === 'ciphers' || type === 'macs' || type === 'kex' || type === 'signatures') return known[type];
  return known.keys;
}

const NAMED: Partial<Record<Keyword['type'], string>> = {
  ciphers: 'SSH2 cipher spec',
  macs: 'SSH2 mac spec',
  kex: 'SSH2 KexAlgorithms',
};

/** A list of algorithms as it stands, if every name in it is one that the release knows. */
export function readAlgorithms(line: Line): Read {
  const { keyword, release } = line;
  const { type } = keyword;
  const [text = ''] = line.args;
  const ofKeys = type === 'keys' || type === 'signatures';
  if (text === '') return ofKeys ? stop('Missing argument.') : missing(line);
  if (text.startsWith('-') || type === 'gss-kex') return take(line, 1, text);
  const names = text.replace(/^[+^]/, '');
  const known = algorithmsOf(release);
  if (ofKeys) {
    const plainOnly = type === 'signatures' && atLeast(release, [9, 8]);
    if (names === '' || !keyNames(names, known, plainOnly)) return stop(`Bad key types '${text}'.`);
  } else {
    const all = allOf(type, known).split(',');
    if (names === '' || !names.split(',').every((name) => all.includes(name)))
      return stop(`Bad ${NAMED[type]} '${text}'.`);
  }
  return take(line, 1, text);
}

/** A list of algorithms with `+`, `-` or `^` worked out against the release's own; nothing when none is left. */
export function expanded(keyword: Keyword, text: string, defaults: string, release?: Release): string | undefined {
  return assembled(text, defaults, allOf(keyword.type, algorithmsOf(release)));
}
