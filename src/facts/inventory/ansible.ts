import { HOSTS_MAX, type Inventory, type InventoryHost } from '../../model/inventory.ts';
import { endpointOf, isAddress, isUser, portOf } from './endpoint.ts';

export type Vars = Readonly<Record<string, unknown>>;

/** An inventory of Ansible, whichever way it was written. */
export interface AnsibleGroup {
  readonly hosts: Map<string, Vars>;
  readonly vars: Vars;
  readonly children: Set<string>;
}
export type AnsibleGroups = Map<string, AnsibleGroup>;

export function groupIn(groups: AnsibleGroups, name: string): AnsibleGroup {
  let group = groups.get(name);
  if (group === undefined) {
    group = { hosts: new Map(), vars: {}, children: new Set() };
    groups.set(name, group);
  }
  return group;
}

const PATTERN = /\[(\w{1,20}):(\w{1,20})(?::(\d{1,6}))?\]/;

/** `web[01:50].example.com`, `db-[a:f]`, `n[0:10:2]`: the hosts that it stands for, with leading zeros kept. */
export function expandRange(text: string): readonly string[] | undefined {
  const found = PATTERN.exec(text);
  if (found === null) return [text];
  const [whole, from = '', to = '', step = '1'] = found;
  const numeric = /^\d+$/.test(from) && /^\d+$/.test(to);
  const letters = /^[a-zA-Z]$/.test(from) && /^[a-zA-Z]$/.test(to);
  if ((!numeric && !letters) || Number(step) === 0) return undefined;
  const [first, last] = numeric ? [Number(from), Number(to)] : [from.charCodeAt(0), to.charCodeAt(0)];
  if (last < first || (last - first) / Number(step) > HOSTS_MAX) return undefined;
  const hosts: string[] = [];
  for (let at = first; at <= last; at += Number(step)) {
    const one = numeric ? String(at).padStart(from.startsWith('0') ? from.length : 0, '0') : String.fromCharCode(at);
    const rest = expandRange(text.slice(0, found.index) + one + text.slice(found.index + whole.length));
    if (rest === undefined || hosts.length + rest.length > HOSTS_MAX) return undefined;
    hosts.push(...rest);
  }
  return hosts;
}

/** Distance from `all`, the longest way, as Ansible orders groups; a group nearer to the host wins. */
function depths(groups: AnsibleGroups): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const walk = (name: string, depth: number, above: ReadonlySet<string>): void => {
    if (above.has(name) || (found.get(name) ?? -1) >= depth) return;
    found.set(name, depth);
    for (const child of groups.get(name)?.children ?? []) walk(child, depth + 1, new Set([...above, name]));
  };
  const owned = new Set([...groups.values()].flatMap(({ children }) => [...children]));
  if (groups.has('all')) walk('all', 0, new Set());
  for (const name of groups.keys()) if (name !== 'all' && !owned.has(name)) walk(name, 1, new Set());
  return found;
}

const text = (vars: Vars, ...names: readonly string[]): string | undefined => {
  for (const name of names) {
    const value = vars[name];
    if (typeof value === 'string' || typeof value === 'number') return String(value);
  }
  return undefined;
};

/** The hosts with the groups that they are in, nearest last, and what Ansible would dial. */
export function ansibleHosts(groups: AnsibleGroups): Inventory {
  const deep = depths(groups);
  const parents = new Map<string, string[]>();
  for (const [name, { children }] of groups)
    for (const child of children) parents.set(child, [...(parents.get(child) ?? []), name]);
  const direct = new Map<string, string[]>();
  const own = new Map<string, Vars>();
  for (const [name, group] of groups)
    for (const [host, vars] of group.hosts) {
      direct.set(host, [...(direct.get(host) ?? []), name]);
      own.set(host, { ...own.get(host), ...vars });
    }
  const lineage = new Map<string, readonly string[]>();
  const above = (names: readonly string[]): readonly string[] => {
    const key = names.join('\0');
    const known = lineage.get(key);
    if (known) return known;
    const seen = new Set<string>();
    const queue = [...names];
    for (let name = queue.pop(); name !== undefined; name = queue.pop())
      if (!seen.has(name)) {
        seen.add(name);
        queue.push(...(parents.get(name) ?? []));
      }
    seen.add('all');
    const sorted = [...seen].sort((a, b) => (deep.get(a) ?? 0) - (deep.get(b) ?? 0) || (a < b ? -1 : 1));
    lineage.set(key, sorted);
    return sorted;
  };
  const hosts: InventoryHost[] = [];
  const problems: { says: string }[] = [];
  for (const [name, names] of direct) {
    const all = above(names);
    const vars: Vars = Object.assign({}, ...all.map((group) => groups.get(group)?.vars ?? {}), own.get(name));
    if (text(vars, 'ansible_connection') === 'local') continue;
    const said = endpointOf(name);
    const address = text(vars, 'ansible_host', 'ansible_ssh_host') ?? said?.address ?? name;
    const port = text(vars, 'ansible_port', 'ansible_ssh_port');
    const user = text(vars, 'ansible_user', 'ansible_ssh_user');
    const number = port === undefined ? said?.port : portOf(port);
    if (!isAddress(address)) problems.push({ says: `${name}: "${address}" is no address that can be dialled` });
    else if (port !== undefined && number === undefined) problems.push({ says: `${name}: "${port}" is no port` });
    else
      hosts.push({
        name: said?.port === undefined ? name : said.address,
        address,
        ...(number === undefined ? {} : { port: number }),
        ...(user === undefined || !isUser(user) ? {} : { user }),
        groups: all.filter((group) => group !== 'all' && group !== 'ungrouped'),
        tags: [],
      });
  }
  return { hosts, problems };
}
