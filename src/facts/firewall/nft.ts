import { Unparsable } from '../source.ts';
import type { Chain, NamedSet, Rule } from './model.ts';
import { fieldsOfType } from './nft-fields.ts';
import { readListing } from './nft-listing.ts';
import { mapped, statementsOf } from './nft-statements.ts';
import { elementOf, isObject, type Json } from './nft-values.ts';
import { type Index, listIndex, rangeIndex } from './sets.ts';
import { parseAddress } from './value.ts';

/** Made when it is first asked for: most sets never are. */
function lazily(make: () => Index): Index {
  let made: Index | undefined;
  return { lookup: (values) => (made ??= make()).lookup(values) };
}

function setIndex(set: Json): Index {
  const elements = Array.isArray(set['elem']) ? set['elem'] : [];
  const fields = fieldsOfType(set['type']);
  return lazily(() => {
    if (typeof set['map'] !== 'undefined')
      return listIndex(elements.map((pair) => elementOf(fields, Array.isArray(pair) ? pair[0] : pair)));
    if (fields.length > 1) return listIndex(elements.map((one) => elementOf(fields, one)));
    // The short way for the many that are plain addresses.
    const [plain] = set['type'] === 'ipv4_addr' || set['type'] === 'ipv6_addr' ? [true] : [false];
    const low: (number | bigint)[] = [];
    const high: (number | bigint)[] = [];
    for (const one of elements) {
      const address = plain && typeof one === 'string' ? parseAddress(one) : undefined;
      if (address !== undefined) {
        low.push(address);
        high.push(address);
        continue;
      }
      const wish = elementOf(fields, one)?.[0];
      if (!wish || 'word' in wish) return listIndex(elements.map((each) => elementOf(fields, each)));
      low.push(wish.low);
      high.push(wish.high);
    }
    return rangeIndex(low, high);
  });
}

/** The objects of one document; anything but a list of them is no listing. */
function objectsOf(document: string): Json[] {
  let listing: unknown;
  try {
    listing = JSON.parse(document);
  } catch {
    throw new Unparsable('what nft gave is not whole JSON');
  }
  const items = isObject(listing) ? listing['nftables'] : undefined;
  return Array.isArray(items) ? items.filter(isObject) : [];
}

/** Chains and sets of `nft -j -a list ruleset`; `text` is the same as nft prints it for people, for quoting. */
export function parseNft(json: string, text: string): { chains: Chain[]; sets: Map<string, NamedSet> } {
  const list = json.split('\n').flatMap((document) => (document.trim() === '' ? [] : objectsOf(document)));
  const { lines, tables, dormant, devices } = readListing(text);
  const listed = new Set<string>();
  const limits = new Map<string, Map<string, boolean>>();
  const sets = new Map<string, { set: Json; written: boolean }>();
  const chains = new Map<string, Chain & { rules: Rule[] }>();
  const scope = (item: Json): string => `${item['family']} ${item['table']}`;
  for (const item of list) {
    const { table, chain } = item;
    if (isObject(table)) {
      listed.add(`${table['family']} ${table['name']}`);
      if (/dorm|^f$/.test(String(table['flags'] ?? ''))) dormant.add(`${table['family']} ${table['name']}`);
    }
    for (const what of ['limit', 'quota', 'ct count']) {
      const found = item[what];
      if (!isObject(found)) continue;
      const own = limits.get(scope(found)) ?? new Map<string, boolean>();
      limits.set(scope(found), own.set(`${what} ${found['name']}`, found['inv'] === true));
    }
    const set = item['set'] ?? item['map'];
    if (isObject(set)) {
      // Flags of sets that rules write into are not listed before nft 1.0.7, so rules are asked as well (below).
      const flags = Array.isArray(set['flags']) ? set['flags'] : [set['flags']];
      sets.set(`${scope(set)} ${set['name']}`, { set, written: flags.includes('dynamic') });
    }
    if (!isObject(chain)) continue;
    const key = `${scope(chain)} ${chain['name']}`;
    const dev = chain['dev'];
    const found = typeof dev === 'string' ? [dev] : Array.isArray(dev) ? dev.map(String) : devices.get(key);
    chains.set(key, {
      family: String(chain['family']),
      table: String(chain['table']),
      name: String(chain['name']),
      rules: [],
      section: 'nft',
      line: lines.get(key)?.line,
      ...(typeof chain['hook'] === 'string'
        ? {
            hook: chain['hook'],
            nat: chain['type'] === 'nat',
            priority: Number(chain['prio']),
            policy: chain['policy'] === 'drop' ? ('drop' as const) : ('accept' as const),
            devices: found,
          }
        : {}),
    });
  }
  const missing = [...tables].find((name) => !dormant.has(name) && !listed.has(name));
  if (missing !== undefined) throw new Unparsable(`nft gave no JSON of table ${missing}`);
  const none: ReadonlyMap<string, boolean> = new Map();
  for (const { rule } of list) {
    if (!isObject(rule)) continue;
    const key = `${scope(rule)} ${rule['chain']}`;
    const where = lines.get(`${key} ${rule['handle']}`);
    const expressions = (Array.isArray(rule['expr']) ? rule['expr'].filter(isObject) : []).map((one) =>
      completed(one, where?.text ?? ''),
    );
    const statements = statementsOf(expressions, limits.get(scope(rule)) ?? none);
    for (const one of statements) {
      const writes = one.kind === 'write' ? one.set : one.kind === 'limit' ? one.writes : undefined;
      const set = writes === undefined ? undefined : sets.get(`${scope(rule)} ${writes}`);
      if (set) set.written = true;
    }
    const counter = expressions.find((one) => isObject(one['counter']))?.['counter'];
    chains.get(key)?.rules.push({
      statements,
      text: where?.text ?? `rule handle ${rule['handle']}`,
      section: 'nft',
      line: where?.line,
      handle: Number(rule['handle']),
      ...(isObject(counter) ? { packets: Number(counter['packets']) } : {}),
    });
  }
  const named = [...sets].map(([name, { set, written }]): [string, NamedSet] => {
    const values =
      Array.isArray(set['elem']) && set['map'] !== undefined
        ? set['elem'].map((pair) => mapped(set['map'], Array.isArray(pair) ? pair[1] : undefined))
        : undefined;
    return [
      name,
      { index: setIndex(set), written, ...(values ? { values } : set['map'] === undefined ? {} : { values: [] }) },
    ];
  });
  const all = [...chains.values()].flatMap((chain) =>
    ['ip', 'ip6', 'inet', 'netdev'].includes(chain.family)
      ? [dormant.has(`${chain.family} ${chain.table}`) ? { ...chain, dormant: true } : chain]
      : [],
  );
  return { chains: all, sets: new Map(named) };
}

/** What a set notes for each element, and whether it is passed; the JSON of nft 0.9.8 leaves it out. */
function completed(expression: Json, text: string): Json {
  const set = expression['set'];
  if (!isObject(set) || 'stmt' in set) return expression;
  const [, what, over] = / @[^ {]{1,64} \{[^{}]{1,400} (limit rate|quota|ct count) (over )?/.exec(text) ?? [];
  if (what === undefined) return expression;
  return { set: { ...set, stmt: [{ [what.replace(' rate', '')]: { inv: over !== undefined } }] } };
}
