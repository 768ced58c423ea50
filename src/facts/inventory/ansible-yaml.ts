import { parse } from 'yaml';
import type { Inventory } from '../../model/inventory.ts';
import { tooDeep } from '../yaml-depth.ts';
import { type AnsibleGroups, ansibleHosts, expandRange, groupIn, type Vars } from './ansible.ts';

const DEPTH_MAX = 50;
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const record = (value: unknown): Readonly<Record<string, unknown>> => (isRecord(value) ? value : {});

/** Ansible's YAML inventory: groups with `hosts`, `vars` and `children`. */
export function ansibleYamlInventory(text: string): Inventory {
  if (tooDeep(text)) return { hosts: [], problems: [{ says: 'it is nested too deeply' }] };
  let document: unknown;
  try {
    document = parse(text, { maxAliasCount: 1000, prettyErrors: false });
  } catch (error) {
    return { hosts: [], problems: [{ says: (error as Error).message }] };
  }
  if (!isRecord(document)) return { hosts: [], problems: [{ says: 'it holds no groups' }] };
  const groups: AnsibleGroups = new Map();
  const problems: { says: string }[] = [];
  const read = (name: string, value: unknown, depth: number): void => {
    if (depth > DEPTH_MAX) return void problems.push({ says: `${name}: groups within groups, too deep` });
    const { hosts, vars, children } = record(value);
    const before = groupIn(groups, name);
    groups.set(name, { ...before, vars: { ...before.vars, ...record(vars) } });
    const listed = typeof hosts === 'string' ? { [hosts]: {} } : record(hosts);
    for (const [pattern, own] of Object.entries(listed))
      for (const host of expandRange(pattern) ?? [])
        before.hosts.set(host, { ...before.hosts.get(host), ...record(own) });
    for (const [child, below] of Object.entries(record(children))) {
      before.children.add(child);
      read(child, below, depth + 1);
    }
  };
  for (const [name, value] of Object.entries(document)) read(name, value, 0);
  const made = ansibleHosts(groups);
  return { hosts: made.hosts, problems: [...problems, ...made.problems] };
}

/** What `ansible-inventory --list` and scripts of a dynamic inventory print. */
export function ansibleJsonInventory(text: string): Inventory {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return { hosts: [], problems: [{ says: (error as Error).message }] };
  }
  if (!isRecord(document)) return { hosts: [], problems: [{ says: 'it holds no groups' }] };
  const groups: AnsibleGroups = new Map();
  const { _meta: meta, ...named } = document;
  const vars = record(record(meta)['hostvars']);
  const names = (value: unknown): string[] =>
    Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
  for (const [name, value] of Object.entries(named)) {
    const {
      hosts,
      children,
      vars: own,
    } = Array.isArray(value) ? { hosts: value, children: [], vars: {} } : record(value);
    const group = groupIn(groups, name);
    groups.set(name, { ...group, vars: record(own) });
    for (const host of names(hosts))
      group.hosts.set(host, record(Object.hasOwn(vars, host) ? vars[host] : {}) satisfies Vars);
    for (const child of names(children)) {
      group.children.add(child);
      groupIn(groups, child);
    }
  }
  return ansibleHosts(groups);
}
