import type { Evidence } from '../../model/finding.ts';
import { type Dns, serverEvidence } from './dns.ts';

/** Where an address that getaddrinfo(3) gave comes from. */
export type OriginOf =
  | { readonly kind: 'hosts'; readonly line: number; readonly names: readonly string[] }
  | { readonly kind: 'dns'; readonly server: string; readonly asked: string }
  | { readonly kind: 'system' };

/** Who told the system this address, with what they said: the hosts file before the nameservers, as nsswitch.conf(5) has it. */
export function originOf(
  dns: Dns,
  address: string,
): { readonly origin: OriginOf; readonly evidence: readonly Evidence[] } {
  const listed = dns.hosts.find((one) => one.address === address);
  if (listed) {
    const text = `/etc/hosts:${listed.line}: ${address} ${listed.names.join(' ')}`;
    const { line, names } = listed;
    return { origin: { kind: 'hosts', line, names }, evidence: [{ side: 'client', section: 'dns', text }] };
  }
  const server = dns.resolvers.find(({ a, aaaa }) => [...a.addresses, ...aaaa.addresses].includes(address));
  if (server) {
    const { server: name, asked } = server;
    return { origin: { kind: 'dns', server: name, asked }, evidence: [serverEvidence(server)] };
  }
  const text = `getaddrinfo(${dns.name}): ${dns.addresses.join(' ')}`;
  return { origin: { kind: 'system' }, evidence: [{ side: 'client', section: 'dns', text }] };
}
