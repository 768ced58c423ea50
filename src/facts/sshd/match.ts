import { atLeast, type Release } from '../../knowledge/sshd-keywords.ts';
import { delimitedAll } from './lex.ts';
import { validAddresses } from './scalars.ts';

/** A criterion of a Match line in lower case, with its list of patterns; empty for those that take none. */
export interface Criterion {
  readonly name: string;
  readonly list: string;
}

const TAKES_LIST = ['user', 'group', 'host', 'address', 'localaddress', 'localport', 'rdomain'];

/**
 * Reads what follows Match (servconf.c, match_cfg_line()): criteria, or what sshd says of them before it calls the
 * condition bad.
 */
export function readCriteria(
  rest: string,
  args: readonly string[],
  release?: Release,
): { readonly criteria: readonly Criterion[] } | { readonly fault: string } {
  const words = atLeast(release, [9, 9]) ? args : delimitedAll(rest);
  const comments = atLeast(release, [8, 7]);
  const criteria: Criterion[] = [];
  for (let i = 0; i < words.length; ) {
    const word = words[i++] ?? '';
    if (comments && word.startsWith('#')) break;
    const lower = word.toLowerCase();
    if (lower === 'all') {
      const next = words[i];
      if (criteria.length > 0 || (next !== undefined && !(comments && next.startsWith('#'))))
        return { fault: "'all' cannot be combined with other Match attributes" };
      return { criteria: [{ name: 'all', list: '' }] };
    }
    if (lower === 'invalid-user' && atLeast(release, [9, 9])) {
      criteria.push({ name: lower, list: '' });
      continue;
    }
    const inline = atLeast(release, [10, 0])
      ? /^(user|group|host|address|localaddress|localport|rdomain|version)=(.*)$/is.exec(word)
      : null;
    const name = inline?.[1]?.toLowerCase() ?? lower;
    const list = inline ? inline[2] : words[i++];
    if (!list || (comments && list.startsWith('#')))
      return { fault: `Missing Match criteria for ${inline?.[1] ?? word}` };
    if (!TAKES_LIST.includes(name) && !(name === 'version' && atLeast(release, [10, 0])))
      return { fault: `Unsupported Match attribute ${word}` };
    if (name.endsWith('address') && !validAddresses(list)) return { fault: `Invalid Match ${name} argument '${list}'` };
    if (name === 'localport' && !/^\d+$/.test(list) && list !== 'ssh')
      return { fault: `Invalid LocalPort '${list}' on Match line` };
    criteria.push({ name, list });
  }
  return criteria.length > 0 ? { criteria } : { fault: 'One or more attributes required for Match' };
}
