import { inNetwork } from '../access/patterns.ts';
import { Unparsable } from '../source.ts';
import { ipNumber } from './address.ts';
import { type Action, type Chain, isV6, type Match, type Rule, type Syn, type Three } from './model.ts';

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Value of the left side of a match for this packet; `undefined` when it is not known, `null` when the rule cannot match. */
function leftValue(left: Json, syn: Syn): string | number | null | undefined {
  const payload = left['payload'];
  if (isObject(payload)) {
    const { protocol, field } = payload;
    if (protocol === 'ip' && isV6(syn.from)) return null;
    if (protocol === 'ip6' && !isV6(syn.from)) return null;
    if ((protocol === 'ip' || protocol === 'ip6') && field === 'saddr') return syn.from;
    if ((protocol === 'ip' || protocol === 'ip6') && field === 'daddr') return syn.to;
    if (field === 'protocol' || field === 'nexthdr') return 'tcp';
    if ((protocol === 'tcp' || protocol === 'th') && field === 'dport') return syn.port;
    if (protocol === 'tcp' && field === 'flags') return 'syn';
    return ['udp', 'icmp', 'icmpv6', 'sctp', 'dccp', 'udplite', 'igmp', 'arp'].includes(String(protocol))
      ? null
      : undefined;
  }
  const meta = isObject(left['meta']) ? left['meta']['key'] : undefined;
  if (meta === 'l4proto') return 'tcp';
  if (meta === 'nfproto') return isV6(syn.from) ? 'ipv6' : 'ipv4';
  if (meta === 'protocol') return isV6(syn.from) ? 'ip6' : 'ip';
  if (meta === 'iifname' || meta === 'iif') return /^(127\.|::1$)/.test(syn.from) ? 'lo' : undefined;
  const ct = isObject(left['ct']) ? left['ct']['key'] : undefined;
  if (ct === 'state') return syn.ct === 'unknown' ? undefined : (syn.ct ?? 'new');
  return undefined;
}

type Sets = ReadonlyMap<string, { readonly elements: readonly unknown[]; readonly dynamic: boolean }>;

/** Whether a value is what the right side says: a number, word, prefix, range, list or set. */
function equals(value: string | number, right: unknown, sets: Sets, scope: string): Three {
  if (typeof right === 'string' && right.startsWith('@')) {
    const set = sets.get(`${scope} ${right.slice(1)}`);
    if (!set) return undefined;
    return anyOf(set.elements.map((one) => equals(value, one, sets, scope)));
  }
  if (typeof right === 'number' || typeof right === 'string') {
    if (String(value) === String(right)) return true;
    if (value === 'tcp' && (right === 6 || right === '6')) return true;
    if (
      typeof value === 'string' &&
      typeof right === 'string' &&
      right.includes(':') === value.includes(':') &&
      /[.:]/.test(right)
    )
      return inNetwork(value, right) ?? false;
    return false;
  }
  if (Array.isArray(right)) return anyOf(right.map((one) => equals(value, one, sets, scope)));
  if (!isObject(right)) return undefined;
  const { prefix, range, set, elem } = right;
  if (Array.isArray(set)) return anyOf(set.map((one) => equals(value, one, sets, scope)));
  if (isObject(elem)) return equals(value, elem['val'], sets, scope);
  if (isObject(prefix)) return inNetwork(String(value), `${prefix['addr']}/${prefix['len']}`) ?? false;
  if (Array.isArray(range)) {
    const [low, high] = range;
    if (typeof value === 'number') return Number(low) <= value && value <= Number(high);
    const [a, b, c] = [String(low), value, String(high)].map(ipNumber);
    return a === undefined || b === undefined || c === undefined ? undefined : a <= b && b <= c;
  }
  return undefined;
}

function anyOf(answers: readonly Three[]): Three {
  if (answers.includes(true)) return true;
  return answers.includes(undefined) ? undefined : false;
}

const ORDER: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
};

function match(expression: Json, sets: Sets, scope: string, text: string): Match {
  const { op, left, right } = expression;
  return {
    text,
    test: (syn) => {
      if (!isObject(left)) return undefined;
      const masked = Array.isArray(left['&']) && isObject(left['&'][0]) ? left['&'][0] : undefined;
      const value = leftValue(masked ?? left, syn);
      if (value === null) return false;
      if (typeof value === 'number' && typeof right === 'number' && ORDER[String(op)])
        return ORDER[String(op)]?.(value, right);
      const simple = op === '==' || op === '!=' || op === 'in';
      if (value === undefined || !simple || (masked && value !== 'syn')) {
        // Whatever the interface is, an address from elsewhere did not come in by loopback.
        const interfaceMatch = isObject(left['meta']) && /^iif/.test(String(left['meta']['key']));
        return interfaceMatch && right === 'lo' && simple ? op === '!=' : undefined;
      }
      const answer = equals(value, right, sets, scope);
      return answer === undefined ? undefined : op === '!=' ? !answer : answer;
    },
  };
}

/** Statements that neither match nor decide. */
const NEUTRAL = new Set(['counter', 'log', 'comment', 'notrack', 'mangle', 'meter', 'ct helper', 'flow', 'set', 'map']);

function actionOf(statement: Json): Action | undefined {
  if ('accept' in statement) return { kind: 'accept' };
  if ('drop' in statement) return { kind: 'drop' };
  if ('return' in statement) return { kind: 'return' };
  if ('continue' in statement) return { kind: 'continue' };
  for (const kind of ['jump', 'goto'] as const) {
    const to = statement[kind];
    if (isObject(to)) return { kind, chain: String(to['target']) };
  }
  if ('reject' in statement) {
    const how = isObject(statement['reject']) ? statement['reject'] : {};
    return {
      kind: 'reject',
      how: how['type'] === 'tcp reset' ? 'tcp-reset' : String(how['expr'] ?? 'port-unreachable'),
    };
  }
  return undefined;
}

/** One nft rule can decide in several ways (vmap), so it becomes one or more rules of the model. */
function rulesOf(rule: Json, sets: Sets, where: { text: string; line?: number | undefined }): Rule[] {
  const scope = `${rule['family']} ${rule['table']}`;
  const base = { text: where.text, section: 'nft', line: where.line, handle: Number(rule['handle']) };
  const matches: Match[] = [];
  const rules: Rule[] = [];
  let action: Action = { kind: 'continue' };
  for (const statement of Array.isArray(rule['expr']) ? rule['expr'].filter(isObject) : []) {
    const decided = actionOf(statement);
    const vmap = statement['vmap'];
    if (decided) action = decided;
    else if (isObject(statement['match'])) matches.push(match(statement['match'], sets, scope, where.text));
    else if (isObject(vmap) && isObject(vmap['data']) && Array.isArray(vmap['data']['set'])) {
      for (const pair of vmap['data']['set']) {
        if (!Array.isArray(pair) || !isObject(pair[1])) continue;
        const key = match({ op: '==', left: vmap['key'], right: pair[0] }, sets, scope, where.text);
        const to = actionOf(pair[1]) ?? { kind: 'unknown', text: where.text };
        rules.push({ ...base, matches: [...matches, key], action: to });
      }
    } else if (isObject(statement['limit'])) {
      // Not exceeded on an idle server; `over` (inv) then does not match.
      const over = statement['limit']['inv'] === true;
      matches.push({ text: where.text, test: () => !over });
    } else if (isObject(statement['ct count']))
      matches.push({ text: where.text, test: () => statement['inv'] !== true });
    else if (!Object.keys(statement).some((name) => NEUTRAL.has(name)))
      matches.push({ text: where.text, test: () => undefined });
  }
  if (action.kind !== 'continue' || rules.length === 0) rules.push({ ...base, matches, action });
  return rules;
}

interface Listing {
  /** By "family table chain handle" and, for chains, "family table chain". */
  readonly lines: ReadonlyMap<string, { line: number; text: string }>;
  /** "family table". */
  readonly tables: ReadonlySet<string>;
  /** Of those; the JSON of nft 1.0.6 has rubbish in its place. */
  readonly dormant: ReadonlySet<string>;
}

/** `nft -a list ruleset`. */
function listing(text: string): Listing {
  const tables = new Set<string>();
  const dormant = new Set<string>();
  const lines = new Map<string, { line: number; text: string }>();
  let table = '';
  let chain = '';
  for (const [i, raw] of text.split('\n').entries()) {
    const found = /^table (\S+) (\S+) \{/.exec(raw);
    const inner = /^\s+chain (\S+) \{/.exec(raw);
    const handle = /^\s+(.*) # handle (\d+)$/.exec(raw);
    if (found) tables.add((table = `${found[1]} ${found[2]}`));
    else if (/^\s+flags .{0,40}\bdormant\b/.test(raw)) dormant.add(table);
    else if (inner) chain = inner[1] ?? '';
    else if (/^\s+type \S+ hook /.test(raw)) lines.set(`${table} ${chain}`, { line: i + 1, text: raw.trim() });
    else if (handle) lines.set(`${table} ${chain} ${handle[2]}`, { line: i + 1, text: handle[1] ?? '' });
  }
  return { lines, tables, dormant };
}

/** Chains of `nft -j -a list ruleset`; `text` is the same as nft prints it for people, for quoting. */
export function parseNft(json: string, text: string): Chain[] {
  const documents = json.split('\n').filter((line) => line.trim() !== '');
  const list = documents.flatMap((document) => {
    const items = (JSON.parse(document) as { nftables?: unknown }).nftables;
    return Array.isArray(items) ? items.filter(isObject) : [];
  });
  const { lines, tables, dormant } = listing(text);
  const listed = new Set(list.map(({ table }) => isObject(table) && `${table['family']} ${table['name']}`));
  const missing = [...tables].find((name) => !dormant.has(name) && !listed.has(name));
  if (missing !== undefined) throw new Unparsable(`nft gave no JSON of table ${missing}`);
  const sets = new Map<string, { elements: readonly unknown[]; dynamic: boolean }>();
  const chains = new Map<string, Chain & { rules: Rule[] }>();
  for (const item of list) {
    const { set, chain } = item;
    if (isObject(set)) {
      const elements = Array.isArray(set['elem']) ? set['elem'] : [];
      sets.set(`${set['family']} ${set['table']} ${set['name']}`, { elements, dynamic: false });
    }
    if (!isObject(chain)) continue;
    const key = `${chain['family']} ${chain['table']} ${chain['name']}`;
    const base =
      typeof chain['hook'] === 'string' && chain['type'] !== 'nat'
        ? {
            hook: chain['hook'],
            priority: Number(chain['prio']),
            policy: chain['policy'] === 'drop' ? ('drop' as const) : ('accept' as const),
          }
        : {};
    const names = { family: String(chain['family']), table: String(chain['table']), name: String(chain['name']) };
    chains.set(key, { ...names, rules: [], section: 'nft', line: lines.get(key)?.line, ...base });
  }
  for (const { rule } of list) {
    if (!isObject(rule)) continue;
    const key = `${rule['family']} ${rule['table']} ${rule['chain']}`;
    const where = lines.get(`${key} ${rule['handle']}`) ?? { text: `rule handle ${rule['handle']}` };
    chains.get(key)?.rules.push(...rulesOf(rule, sets, where));
  }
  return [...chains.values()].filter(
    ({ family, table }) => ['ip', 'ip6', 'inet'].includes(family) && !dormant.has(`${family} ${table}`),
  );
}
