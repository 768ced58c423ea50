import ipaddr from 'ipaddr.js';
import { matchesPattern } from '../../facts/access/patterns.ts';
import type { InventoryHost } from '../../model/inventory.ts';

/** Whether a name or an address is meant; knows the pattern that it was made of. */
export type Matcher = ((text: string) => boolean) & { readonly pattern?: string };

/**
 * An address, a network (`10.0.0.0/8`), or a name with `*` and `?`; undefined: it is none of them. Names are compared without
 * regard to case, and a pattern of a name never means an address behind it.
 */
export function matcherOf(pattern: string): Matcher | undefined {
  const means = meaning(pattern);
  return means && Object.assign(means, { pattern });
}

function meaning(pattern: string): ((text: string) => boolean) | undefined {
  if (/^[\d.]+\//.test(pattern) || (pattern.includes(':') && pattern.indexOf('/') > pattern.indexOf(':'))) {
    try {
      const [network, bits] = ipaddr.parseCIDR(pattern);
      return (text) => {
        if (!ipaddr.isValid(text)) return false;
        const one = ipaddr.process(text);
        return one.kind() === network.kind() && one.match(network, bits);
      };
    } catch {
      return undefined;
    }
  }
  if (pattern === '' || pattern.length > 255 || /\s/.test(pattern)) return undefined;
  if (ipaddr.isValid(pattern)) {
    const wanted = ipaddr.process(pattern).toString();
    return (text) => ipaddr.isValid(text) && ipaddr.process(text).toString() === wanted;
  }
  return (text) => matchesPattern(text.toLowerCase(), pattern.toLowerCase());
}

export interface Selection {
  readonly groups: readonly string[];
  readonly tags: readonly string[];
  /** When there are any, only what one of them means is asked. */
  readonly allow: readonly Matcher[];
  /** Never asked, whatever else is said. */
  readonly block: readonly Matcher[];
}

/** The hosts that are meant, each endpoint once: in the order of the inventory, with the groups and tags of all its lines. */
export function selected(hosts: readonly InventoryHost[], { groups, tags, allow, block }: Selection): InventoryHost[] {
  const any = (matchers: readonly Matcher[], host: InventoryHost): boolean =>
    matchers.some((means) => means(host.name) || means(host.address));
  const found = new Map<string, InventoryHost>();
  for (const host of hosts) {
    const key = `${host.name}\0${host.address}\0${host.port ?? ''}`;
    const known = found.get(key);
    found.set(
      key,
      known === undefined
        ? host
        : {
            ...known,
            groups: [...new Set([...known.groups, ...host.groups])],
            tags: [...new Set([...known.tags, ...host.tags])],
          },
    );
  }
  return [...found.values()].filter(
    (host) =>
      (groups.length === 0 || host.groups.some((group) => groups.includes(group))) &&
      (tags.length === 0 || host.tags.some((tag) => tags.includes(tag))) &&
      // A name that is no address may lead to one that is allowed; that is looked at when it is resolved.
      (allow.length === 0 || any(allow, host)) &&
      !any(block, host),
  );
}
