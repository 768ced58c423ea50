import type { Evidence } from '../../../model/finding.ts';
import { type Asked, cited, inGroup, inGroupId, linesOf, type Module, say, sinceRelease } from '../asked.ts';
import { hostOf, inNet, isAddress, sameAddress } from './networks.ts';

const CONFIG = '/etc/security/access.conf';

/** What a token says of the login: no, yes, or yes because it is ALL; `undefined` when that is not known. */
type Hit = 'no' | 'yes' | 'all' | undefined;

interface Options {
  readonly fields: string;
  readonly separators: string;
  readonly onlyGroups: boolean;
  readonly noNames: boolean;
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
const EXCEPT = (token: string): boolean => same(token, 'EXCEPT');

/** strtok(3) on a whole list. */
function split(text: string, separators: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (const char of text) {
    if (!separators.includes(char)) part += char;
    else if (part !== '') {
      parts.push(part);
      part = '';
    }
  }
  return part === '' ? parts : [...parts, part];
}

/** list_match(): the first token that hits, unless what follows the next EXCEPT hits too. */
function listMatch(tokens: readonly string[], match: (token: string) => Hit): Hit {
  const except = tokens.findIndex(EXCEPT);
  const ours = except < 0 ? tokens : tokens.slice(0, except);
  let hit: Hit = 'no';
  for (const token of ours) {
    const one = match(token);
    // One that may hit leaves the answer open, unless a later one hits for certain.
    if (one === undefined) hit = undefined;
    else if (one !== 'no') {
      hit = one;
      break;
    }
  }
  if (hit === 'no' || except < 0) return hit;
  const exempt = listMatch(tokens.slice(except + 1), match);
  if (exempt === 'yes' || exempt === 'all') return 'no';
  return exempt === undefined || hit === undefined ? undefined : 'yes';
}

/** user_match() */
function userMatch(token: string, asked: Asked, options: Options): Hit {
  const { account, hostname } = asked;
  if (token.startsWith('(') && token.endsWith(')')) {
    const name = token.slice(1, -1);
    if (name === '') return 'no';
    if (inGroup(asked, name)) return 'yes';
    return /^\d+$/.test(name) && inGroupId(asked, Number(name)) ? numbered(asked) : 'no';
  }
  const at = token.indexOf('@', /^@*/.exec(token)?.[0].length);
  if (at >= 0) {
    const user = userMatch(token.slice(0, at), asked, options);
    if (user === 'no') return 'no';
    const host = token.slice(at + 1);
    // The host is the server's own name, which may have addresses.
    const here =
      same(host, 'ALL') || same(host, hostname) ? 'yes' : /^[\w-]+$/.test(host) && !isAddress(host) ? 'no' : undefined;
    return user === undefined ? (here === 'no' ? 'no' : undefined) : here;
  }
  if (token.startsWith('@')) return undefined;
  if (same(token, 'ALL')) return 'all';
  if (same(token, account.name)) return 'yes';
  if (/^\d+$/.test(token) && token === String(account.uid)) return numbered(asked);
  return !options.onlyGroups && inGroup(asked, token) ? 'yes' : 'no';
}

/** Numbers of users and groups are taken since 1.7. */
function numbered(asked: Asked): Hit {
  const known = sinceRelease(asked, [1, 7]);
  return known === undefined ? undefined : known ? 'yes' : 'no';
}

/** from_match() for a login over the network: sshd always sets PAM_RHOST. */
function fromMatch(token: string, asked: Asked, { noNames }: Options): Hit {
  const { rhost } = asked;
  if (same(token, 'ALL')) return 'all';
  if (token.startsWith('@')) return undefined;
  if (same(token, 'LOCAL')) return 'no';
  if (rhost === undefined) return undefined;
  if (same(token, rhost)) return 'yes';
  if (token.startsWith('.')) return rhost.toLowerCase().endsWith(token.toLowerCase()) ? 'yes' : 'no';
  if (token.endsWith('.')) return `${rhost}.`.startsWith(token) && !rhost.includes(':') ? 'yes' : 'no';
  const [address = '', mask] = token.split('/', 2);
  if (isAddress(address)) {
    if (mask !== undefined) return inNet(rhost, address, token.slice(address.length + 1)) ? 'yes' : 'no';
    return sameAddress(rhost, address) ? 'yes' : 'no';
  }
  // Names are looked up since 1.5.3; before that they are only compared.
  if (mask !== undefined || noNames || token.startsWith(':')) return 'no';
  const resolves = asked.machine?.release;
  if (!resolves) return undefined;
  const [major, minor, patch] = resolves;
  if (major === 1 && (minor < 5 || (minor === 5 && patch < 3))) return 'no';
  return hostOf(asked.files, token, rhost);
}

/** The first line of a table that matches, or what stands in the way of knowing. */
function decide(
  path: string,
  asked: Asked,
  options: Options,
): { grants: boolean; line?: Evidence } | 'none' | undefined {
  const lines = linesOf(asked.files, path);
  if (!lines) return undefined;
  const last = asked.machine?.unended.has(path) ? lines.length - 1 : lines.length;
  for (const [i, raw] of lines.slice(0, last).entries()) {
    const line = raw.trimEnd();
    if (line === '' || line.startsWith('#')) continue;
    const [perm, users, froms] = fieldsOf(line, options.fields);
    if (perm === undefined || users === undefined || froms === undefined || !/^[+-]/.test(perm)) continue;
    const user = listMatch(split(users, options.separators), (token) => userMatch(token, asked, options));
    if (user === 'no') continue;
    const from = listMatch(split(froms, options.separators), (token) => fromMatch(token, asked, options));
    if (from === 'no') continue;
    if (user === undefined || from === undefined) return undefined;
    return { grants: line.startsWith('+'), line: cited(path, i + 1, line) };
  }
  return 'none';
}

/** The last field may hold the separator. */
function fieldsOf(line: string, separators: string): (string | undefined)[] {
  const fields: string[] = [];
  let at = 0;
  const skip = (while_: boolean) => {
    while (at < line.length && separators.includes(line[at] ?? '') === while_) at++;
  };
  for (let n = 0; n < 2; n++) {
    skip(true);
    const from = at;
    skip(false);
    if (at > from) fields.push(line.slice(from, at));
    at++;
  }
  const rest = line.slice(at);
  return rest === '' ? fields : [...fields, rest];
}

/** pam_access(8), access.conf(5): the first line that matches decides; where none does, the user is let in. */
export const access: Module = (rule, asked) => {
  const given = (name: string) => rule.args.findLast((word) => word.startsWith(name))?.slice(name.length);
  const own = given('accessfile=');
  const options: Options = {
    fields: given('fieldsep=') ?? ':',
    separators: given('listsep=') ?? ', \t',
    onlyGroups: rule.args.includes('nodefgroup'),
    noNames: rule.args.includes('nodns'),
  };
  const path = own ?? CONFIG;
  if (own !== undefined && asked.files.get(own)?.status === 'absent') return say('abort');
  let found = decide(path, asked, options);
  if (found === 'none' && own === undefined) {
    for (const one of snippets(asked)) {
      found = decide(one, asked, options);
      if (found !== 'none') break;
    }
    if (found === 'none' && asked.machine === undefined && (linesOf(asked.files, CONFIG) ?? []).length === 0)
      return undefined;
  }
  if (found === undefined) return undefined;
  if (found === 'none' || found.grants) return say('success');
  return found.line ? say('perm_denied', found.line) : say('perm_denied');
};

/** Files of access.d in the order in which they are read; they are collected when they are there. */
function snippets({ files }: Asked): readonly string[] {
  return [...files.keys()].filter((path) => /^\/etc\/security\/access\.d\/[^/.][^/]*\.conf$/.test(path)).sort();
}
