import type { Inventory } from '../../model/inventory.ts';
import { type AnsibleGroups, ansibleHosts, expandRange, groupIn, type Vars } from './ansible.ts';
import { endpointOf } from './endpoint.ts';

/** Words of a line, with quotes, and `#` as the beginning of a comment (shlex, as Ansible's `ini` plugin splits). */
function words(line: string): readonly string[] {
  const found: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const char = line[at] as string;
    if (quote !== '') {
      if (char === quote) quote = '';
      else if (char === '\\' && quote === '"' && at + 1 < line.length) word = (word ?? '') + line[++at];
      else word = (word ?? '') + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (char === '#') break;
    else if (char === '\\' && at + 1 < line.length) word = (word ?? '') + line[++at];
    else if (/\s/.test(char)) {
      if (word !== undefined) found.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  if (word !== undefined) found.push(word);
  return found;
}

function assigned(said: readonly string[]): Vars {
  return Object.fromEntries(
    said.flatMap((word) => {
      const at = word.indexOf('=');
      return at < 1 ? [] : [[word.slice(0, at), word.slice(at + 1)]];
    }),
  );
}

/** Ansible's INI inventory: `[group]`, `[group:vars]`, `[group:children]`, ranges of hosts, variables behind a host. */
export function ansibleIniInventory(file: string): Inventory {
  const groups: AnsibleGroups = new Map();
  const problems: { line: number; says: string }[] = [];
  const vars = new Map<string, Record<string, unknown>>();
  const named = new Set<string>();
  let [section, kind] = ['ungrouped', 'hosts'];
  file.split('\n').forEach((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) return;
    const [, name, what = 'hosts'] = /^\[([^\]:]{1,200})(?::(hosts|vars|children))?\]\s*(?:#.*)?$/.exec(line) ?? [];
    if (name !== undefined) {
      [section, kind] = [name.trim(), what];
      groupIn(groups, section);
      return;
    }
    if (kind === 'vars') {
      const at = line.indexOf('=');
      if (at < 1) problems.push({ line: index + 1, says: `"${line.slice(0, 60)}" is no name=value` });
      else vars.set(section, { ...vars.get(section), [line.slice(0, at).trim()]: unquoted(line.slice(at + 1).trim()) });
      return;
    }
    const [first = '', ...rest] = words(line);
    if (kind === 'children') {
      groupIn(groups, section).children.add(first);
      groupIn(groups, first);
      return;
    }
    const hosts = expandRange(first);
    if (hosts === undefined) problems.push({ line: index + 1, says: `"${first.slice(0, 60)}" is no range of hosts` });
    for (const host of hosts ?? []) {
      const { hosts: known } = groupIn(groups, section);
      const { address: name = host, port: written } = (host.includes(':') ? endpointOf(host) : undefined) ?? {};
      // A port behind the name counts where a host is first named.
      const port = named.has(name) ? undefined : written;
      named.add(name);
      known.set(name, { ...known.get(name), ...(port === undefined ? {} : { ansible_port: port }), ...assigned(rest) });
    }
  });
  for (const [name, own] of vars) groups.set(name, { ...groupIn(groups, name), vars: own });
  const made = ansibleHosts(groups);
  return { hosts: made.hosts, problems: [...problems, ...made.problems] };
}

function unquoted(text: string): string {
  const [, , inner] = /^(["'])(.*)\1$/.exec(text) ?? [];
  if (inner !== undefined) return inner;
  const comment = text.search(/\s#/);
  return comment < 0 ? text : text.slice(0, comment).trimEnd();
}
