import { isIP, isIPv6 } from 'node:net';
import { UsageError } from '../model/errors.ts';

export interface Target {
  readonly input: string;
  readonly user?: string;
  readonly host: string;
  readonly port?: number;
}

/**
 * Reads `[user@]host[:port]`, `[v6]:port`, a bare IPv6 address, or `ssh://…`. The last `@` divides, as in ssh(1).
 * @throws UsageError for what could become an option or a shell fragment further down: a leading dash, white space,
 *   control characters, or shell metacharacters in the host (ssh_config's `ProxyCommand … %h` runs in a shell).
 */
export function parseTarget(input: string): Target {
  const rest = input.replace(/^ssh:\/\//, '').replace(/\/$/, '');
  const at = rest.lastIndexOf('@');
  const user = at < 0 ? undefined : rest.slice(0, at);
  const place = rest.slice(at + 1);
  const bracketed = /^\[([^\]]*)\](?::(\d+))?$/.exec(place);
  const named = /^([^:]*)(?::(\d+))?$/.exec(place);
  const [, host, digits] = bracketed ?? named ?? (isIPv6(place.replace(/%[\w.-]+$/, '')) ? [place, place] : []);
  if (host === undefined || host === '') throw new UsageError(`"${input}" is not of the form [user@]host[:port]`);
  if (host.startsWith('-')) throw new UsageError(`a host name cannot begin with a dash: "${host}"`);
  if (!/^[\p{L}\p{N}._:%-]+$/u.test(host)) throw new UsageError(`"${host}" is not a host name or address`);
  if (user !== undefined && (user === '' || user.startsWith('-') || /[\p{Cc}'"`$\\;&<>|(){}]/u.test(user)))
    throw new UsageError(`"${user}" is not a user name that ssh accepts`);
  return {
    input,
    ...(user === undefined ? {} : { user }),
    host,
    ...(digits === undefined ? {} : { port: parsePort(digits) }),
  };
}

/** The name of an account, for a script or a configuration on the server. @throws UsageError for what cannot be one. */
export function parseAccount(word: string): string {
  if (!/^[^\s:/-][^\s:/]*$/.test(word) || /\p{Cc}/u.test(word))
    throw new UsageError(`"${word}" is no name of an account`);
  return word;
}

/** @throws UsageError unless 1–65535. */
export function parsePort(digits: string): number {
  const port = Number(digits);
  if (!/^\d{1,5}$/.test(digits) || port < 1 || port > 65535)
    throw new UsageError(`"${digits}" is not a port; use 1 to 65535`);
  return port;
}

/** @throws UsageError unless an IPv4 or IPv6 address. */
export function parseAddress(word: string): string {
  if (isIP(word) === 0 || word.includes('%')) throw new UsageError(`--from "${word}" is not an IP address`);
  return word;
}
