import ipaddr from 'ipaddr.js';

const CACHED = 8192;
const cache = new Map<string, string | undefined>();

/** The /64 of an IPv6 address, the /24 of an IPv4 address; undefined when it is neither (a name, `UNKNOWN`). */
export function networkOf(address: string): string | undefined {
  if (!address.includes(':')) {
    const last = address.lastIndexOf('.');
    return last > 0 && ipaddr.IPv4.isValidFourPartDecimal(address) ? `${address.slice(0, last)}.0/24` : undefined;
  }
  if (cache.has(address)) return cache.get(address);
  const made = sixOf(address);
  if (cache.size >= CACHED) cache.clear();
  cache.set(address, made);
  return made;
}

function sixOf(address: string): string | undefined {
  const plain = address.split('%', 1)[0] as string;
  if (!ipaddr.IPv6.isValid(plain)) return undefined;
  const parsed = ipaddr.IPv6.parse(plain);
  if (parsed.isIPv4MappedAddress()) return networkOf(parsed.toIPv4Address().toString());
  const head = parsed.parts.slice(0, 4).map((part) => part.toString(16));
  return `${head.join(':')}::/64`;
}

/** Addresses that come from no other organization: RFC 1918, RFC 4193, loopback, link-local. */
export const isPrivate = (address: string): boolean =>
  /^(?:10\.|127\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|::1$|f[cd][0-9a-f]{2}:|fe80:)/i.test(address);
