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

/** Networks that the machine's interfaces stand in, as `ADDRESS/LENGTH`. */
export const networks = section(
  'server',
  'addresses',
  'networks on the interfaces (`ip -o addr`, ip-address(8))',
  (text): readonly string[] => {
    if (text === null) throw new Unparsable('ip is not installed');
    return [...text.matchAll(/^\d+: .{1,40}?\binet6? ([0-9a-f.:]+\/\d{1,3})/gm)].map((found) => found[1] ?? '');
  },
  'networks',
);
