import { section, Unparsable } from './source.ts';

/** Addresses on the machine's interfaces, without prefix length and zone. */
export const addresses = section(
  'server',
  'addresses',
  'addresses on the interfaces (`ip -o addr`, ip-address(8))',
  (text): ReadonlySet<string> => {
    if (text === null) throw new Unparsable('ip is not installed');
    return new Set([...text.matchAll(/^\d+: .{1,40}?\binet6? ([0-9a-f.:]+)/gm)].map((found) => found[1] ?? ''));
  },
);
