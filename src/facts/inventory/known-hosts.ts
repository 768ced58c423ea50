import type { Inventory, InventoryHost } from '../../model/inventory.ts';
import { endpointOf } from './endpoint.ts';

/** Names in a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). Hashed names cannot be read back; patterns name no host. */
export function knownHostsInventory(text: string): Inventory {
  const hosts = new Map<string, InventoryHost>();
  let hashed = 0;
  for (const raw of text.split('\n')) {
    const [first = '', second = ''] = raw.trim().split(/\s+/, 2);
    if (first === '' || first.startsWith('#')) continue;
    const names = first.startsWith('@') ? (first === '@revoked' ? '' : second) : first;
    for (const word of names.split(',')) {
      if (word.startsWith('|1|')) hashed++;
      const endpoint = /[*?!|]/.test(word) ? undefined : endpointOf(word);
      if (endpoint && !hosts.has(word)) hosts.set(word, { name: endpoint.address, ...endpoint, groups: [], tags: [] });
    }
  }
  const problems =
    hashed === 0
      ? []
      : [
          {
            says: `${hashed} names are hashed (HashKnownHosts), which hides what they name; list those hosts elsewhere`,
          },
        ];
  return { hosts: [...hosts.values()], problems };
}
