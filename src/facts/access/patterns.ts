import ipaddr from 'ipaddr.js';

/** match_pattern() of match.c: `*` and `?` only; linear but for the product of both lengths. */
export function matchesPattern(text: string, pattern: string): boolean {
  let at = 0;
  let p = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    if (p < pattern.length && (pattern[p] === '?' || (pattern[p] === text[at] && pattern[p] !== '*'))) {
      at++;
      p++;
    } else if (pattern[p] === '*') {
      star = p++;
      resume = at;
    } else if (star >= 0) {
      p = star + 1;
      at = ++resume;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** match_pattern_list() of match.c: a negated match wins over everything. `no` is for "not matched". */
export function matchesList(text: string, list: string): 'yes' | 'negated' | 'no' {
  let found: 'yes' | 'no' = 'no';
  for (const word of list.split(',')) {
    const negated = word.startsWith('!');
    if (!matchesPattern(text, negated ? word.slice(1) : word)) continue;
    if (negated) return 'negated';
    found = 'yes';
  }
  return found;
}

/** Whether an address lies in `a.b.c.d/len` or equals an address; `undefined` when the text is neither. */
export function inNetwork(address: string, network: string): boolean | undefined {
  const [base, bits] = network.split('/');
  if (!base || !ipaddr.isValid(base) || !ipaddr.isValid(address)) return undefined;
  const net = ipaddr.process(base);
  const length = bits === undefined ? (net.kind() === 'ipv4' ? 32 : 128) : Number(bits);
  if (!Number.isInteger(length) || length < 0 || length > (net.kind() === 'ipv4' ? 32 : 128)) return undefined;
  const one = ipaddr.process(address);
  return one.kind() === net.kind() && one.match(net, length);
}

/**
 * match_host_and_ip() of match.c for one list of host patterns: addresses, networks and wildcards. `undefined` when the
 * answer depends on the client's name and that is not known.
 */
export function matchesHost(list: string, address: string, name?: string): boolean | undefined {
  let found = false;
  let unsure = false;
  for (const word of list.split(',')) {
    const negated = word.startsWith('!');
    const pattern = negated ? word.slice(1) : word;
    const hit = inNetwork(address, pattern) ?? (matchesPattern(address, pattern) || byName(pattern, name));
    if (hit === undefined) {
      // A negated word that might match makes everything unsure; a plain one only what was not found otherwise.
      if (negated) return undefined;
      unsure = true;
    } else if (hit && negated) return false;
    else if (hit) found = true;
  }
  return found || (unsure ? undefined : false);
}

function byName(pattern: string, name: string | undefined): boolean | undefined {
  if (/^[\d.:*?]+$/.test(pattern)) return false;
  return name === undefined ? undefined : matchesPattern(name.toLowerCase(), pattern.toLowerCase());
}

/** match_user() of match.c: `user`, or `user@host`. */
export function matchesUser(user: string, pattern: string, address?: string, name?: string): boolean | undefined {
  const at = pattern.indexOf('@');
  if (at < 0) return matchesPattern(user, pattern);
  if (!matchesPattern(user, pattern.slice(0, at))) return false;
  return address === undefined ? undefined : matchesHost(pattern.slice(at + 1), address, name);
}
