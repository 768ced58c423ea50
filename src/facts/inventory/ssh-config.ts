import type { Inventory, InventoryHost } from '../../model/inventory.ts';
import { isAddress } from './endpoint.ts';

/** The words of all `Host` lines (ssh_config(5)) that are not negated. */
export function hostPatterns(text: string): string[] {
  return text.split('\n').flatMap((raw) => {
    const [, words] = /^\s*host(?:\s+|\s*=\s*)(\S.*)$/i.exec(raw) ?? [];
    const all = (words ?? '').replace(/\s#.*/, '').split(/\s+/);
    return all.map((word) => word.replace(/^"(.*)"$/, '$1')).filter((word) => word !== '' && !word.startsWith('!'));
  });
}

/** The hosts that have a name of their own there, no pattern. What each comes to `ssh -G` knows. */
export function sshConfigInventory(text: string): Inventory {
  const names = new Set(hostPatterns(text).filter((word) => !/[*?]/.test(word) && isAddress(word)));
  return {
    hosts: [...names].map((name): InventoryHost => ({ name, address: name, groups: [], tags: [] })),
    problems: [],
  };
}

/** Files that it includes, as written, in order. */
export function includesOf(text: string): string[] {
  return text.split('\n').flatMap((raw) => {
    const [, words] = /^\s*include(?:\s+|\s*=\s*)(\S.*)$/i.exec(raw) ?? [];
    return (words ?? '').split(/\s+/).flatMap((word) => word.replace(/^"(.*)"$/, '$1') || []);
  });
}
