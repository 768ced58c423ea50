/** What resolv.conf(5) says, with what the environment changes of it. */
export interface ResolvConf {
  readonly servers: readonly string[];
  readonly search: readonly string[];
  /** A name with at least so many dots is asked as it stands first. */
  readonly ndots: number;
}

/** resolv.h: MAXNS. */
const SERVERS_MAX = 3;
/** resolv.h: MAXDNSRCH of older releases; newer ones have no limit, but nobody should wait for more. */
const SEARCH_MAX = 6;
/** resolv.h: RES_MAXNDOTS. */
const NDOTS_MAX = 15;

function ndotsOf(options: string): number | undefined {
  const found = options.split(/\s+/).findLast((word) => /^ndots:\d{1,4}$/.test(word));
  return found === undefined ? undefined : Math.min(NDOTS_MAX, Number(found.slice(6)));
}

/** Reads a resolv.conf as glibc does: the last `search` or `domain` line counts, and the environment goes over it. */
export function parseResolvConf(text: string, env: Readonly<Record<string, string | undefined>> = {}): ResolvConf {
  const servers: string[] = [];
  let search: readonly string[] = [];
  let ndots = 1;
  for (const line of text.split('\n')) {
    const [keyword, ...words] = line.split(/[#;]/, 1)[0]?.trim().split(/\s+/) ?? [];
    const [first] = words;
    if (first === undefined) continue;
    if (keyword === 'nameserver') servers.push(first);
    else if (keyword === 'search') search = words;
    else if (keyword === 'domain') search = [first];
    else if (keyword === 'options') ndots = ndotsOf(words.join(' ')) ?? ndots;
  }
  const local = env['LOCALDOMAIN']?.trim();
  if (local) search = local.split(/\s+/);
  return {
    servers: servers.slice(0, SERVERS_MAX),
    search: search.map((domain) => domain.replace(/\.$/, '')).slice(0, SEARCH_MAX),
    ndots: ndotsOf(env['RES_OPTIONS'] ?? '') ?? ndots,
  };
}

/** The names that are asked for one after the other until one has an address (res_query.c, __res_context_search). */
export function searchSteps(name: string, { search, ndots }: Pick<ResolvConf, 'search' | 'ndots'>): readonly string[] {
  if (name.endsWith('.')) return [name.replace(/\.+$/, '')];
  const dots = name.split('.').length - 1;
  const within = search.map((domain) => (domain === '' ? name : `${name}.${domain}`));
  const steps = dots >= ndots ? [name, ...within] : [...within, name];
  return [...new Set(steps)];
}
