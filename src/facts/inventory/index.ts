import type { Inventory, InventoryFormat } from '../../model/inventory.ts';
import { ansibleIniInventory } from './ansible-ini.ts';
import { ansibleJsonInventory, ansibleYamlInventory } from './ansible-yaml.ts';
import { csvInventory } from './csv.ts';
import { knownHostsInventory } from './known-hosts.ts';
import { listInventory } from './list.ts';
import { sshConfigInventory } from './ssh-config.ts';

const CSV_TITLES: ReadonlySet<string> = new Set(['name', 'host', 'hostname', 'address', 'ip']);

/** Which kind of inventory it is, by its name and, where that does not say it, by how it begins. */
export function inventoryFormat(name: string, text: string): InventoryFormat {
  const file = name.replace(/^.*\//, '').toLowerCase();
  if (/known_hosts/.test(file)) return 'known-hosts';
  if (/\.ya?ml$/.test(file)) return 'ansible-yaml';
  if (/\.json$/.test(file) || /^\s*\{/.test(text)) return 'ansible-json';
  if (/\.csv$/.test(file)) return 'csv';
  if (/\.ini$/.test(file)) return 'ansible-ini';
  if (/^(?:ssh_)?config$|\.conf$/.test(file) || /^[ \t]*(?:host|match|include)[ \t]+\S/im.test(text.slice(0, 65_536)))
    return 'ssh-config';
  if (/^[ \t]*\[[^\]:\n]+(?::(?:vars|children|hosts))?\][ \t\r]*$|\bansible_\w+=/m.test(text.slice(0, 65_536)))
    return 'ansible-ini';
  const [first = ''] = text.split('\n', 1);
  const titles = first.split(',', 50).map((title) => title.trim().toLowerCase());
  if (titles.length > 1 && titles.some((title) => CSV_TITLES.has(title))) return 'csv';
  return 'list';
}

const PARSERS: Readonly<Record<InventoryFormat, (text: string) => Inventory>> = {
  list: listInventory,
  csv: csvInventory,
  'ssh-config': sshConfigInventory,
  'known-hosts': knownHostsInventory,
  'ansible-ini': ansibleIniInventory,
  'ansible-yaml': ansibleYamlInventory,
  'ansible-json': ansibleJsonInventory,
};

/** The hosts that a file lists. Never throws; what it cannot use it says. */
export const parseInventory = (format: InventoryFormat, text: string): Inventory => PARSERS[format](text);
