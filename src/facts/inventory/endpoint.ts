import ipaddr from 'ipaddr.js';

export interface Endpoint {
  readonly address: string;
  readonly port?: number;
  readonly user?: string;
}

/** What a name or address may be made of; no leading dash, so that it never becomes an option. */
const ADDRESS = /^(?!-)[\p{L}\p{N}._:%-]{1,255}$/u;
const USER = /^(?!-)[^\s@:\p{Cc}]{1,64}$/u;

/** As an IPv6 address has, and an address with a port has not; asked first, because the rest takes longer. */
const MANY_COLONS = /:.*:/;

export const isAddress = (text: string): boolean =>
  ADDRESS.test(text) && (!text.includes(':') || ipaddr.IPv6.isValid(text.replace(/%.*/, '')));
export const isUser = (text: string): boolean => USER.test(text);

/** A port from 1 to 65535. */
export function portOf(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65535 ? port : undefined;
}

/** `[user@]host[:port]`, `[user@][address]:port`, or a bare IPv6 address; undefined: it is none of them. */
export function endpointOf(text: string): Endpoint | undefined {
  const at = text.lastIndexOf('@');
  const user = at < 0 ? undefined : text.slice(0, at);
  const rest = text.slice(at + 1);
  if (user !== undefined && !isUser(user)) return undefined;
  const own = user === undefined ? {} : { user };
  if (MANY_COLONS.test(rest) && ipaddr.IPv6.isValid(rest.replace(/%.*/, '')))
    return isAddress(rest) ? { address: rest, ...own } : undefined;
  const [, bracketed, plain, digits] = /^(?:\[([^\]]{1,255})\]|([^:[\]]{1,255}))(?::(\d{1,5}))?$/.exec(rest) ?? [];
  const address = bracketed ?? plain;
  const port = digits === undefined ? undefined : portOf(digits);
  if (address === undefined || !isAddress(address) || (digits !== undefined && port === undefined)) return undefined;
  return { address, ...own, ...(port === undefined ? {} : { port }) };
}
