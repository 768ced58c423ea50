import type { Inventory, InventoryHost } from '../../model/inventory.ts';
import { endpointOf } from './endpoint.ts';

/**
 * A host on each line: `[user@]host[:port]`, then words that are its tags. The lists that ssh-keyscan(1) takes with `-f`
 * (`address,address name,name`) are read, too: each address is a host, the first name what it is called. `#` begins a comment.
 */
export function listInventory(text: string): Inventory {
  const hosts: InventoryHost[] = [];
  const problems: { line: number; says: string }[] = [];
  text.split('\n').forEach((raw, index) => {
    const [first = '', ...words] = raw
      .replace(/(^|\s)#.*/, '')
      .trim()
      .split(/\s+/);
    if (first === '') return;
    for (const word of first.split(',')) {
      const endpoint = endpointOf(word);
      if (endpoint === undefined) {
        problems.push({ line: index + 1, says: `"${word}" is no [user@]host[:port]` });
        continue;
      }
      const named = first.includes(',') ? words[0]?.split(',')[0] : undefined;
      const tags = first.includes(',') ? words.slice(1) : words;
      hosts.push({ name: named ?? word.slice(word.lastIndexOf('@') + 1), ...endpoint, groups: [], tags });
    }
  });
  return { hosts, problems };
}
