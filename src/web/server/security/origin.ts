import type { MiddlewareHandler } from 'hono';

/** `host:port` as a browser writes it into `Host` and `Origin`: lower case, the port left out where it is the usual one. */
export function authority(host: string, port: number, tls: boolean): string {
  const named = host.includes(':') ? `[${host}]` : host.toLowerCase();
  return port === (tls ? 443 : 80) ? named : `${named}:${port}`;
}

/**
 * Only requests that name this server as the user wrote it: a name of an attacker that points at 127.0.0.1 (DNS rebinding) is
 * answered with 421 (RFC 9110, 15.5.20), whatever is asked.
 */
export function onlyOurHosts(hosts: () => ReadonlySet<string>): MiddlewareHandler {
  return async (c, next) => {
    const host = c.req.header('host')?.toLowerCase();
    if (host === undefined || !hosts().has(host)) return c.json({ error: 'this server does not go by that name' }, 421);
    return next();
  };
}

/**
 * Requests of other pages are refused with 403, those that read as well as those that change something: what a browser says of
 * who asks (`Sec-Fetch-Site`, Fetch Metadata; `Origin`, RFC 6454) has to be this page. A request that changes something says its origin.
 */
export function onlyOurPage(origins: () => ReadonlySet<string>): MiddlewareHandler {
  return async (c, next) => {
    const site = c.req.header('sec-fetch-site');
    const origin = c.req.header('origin');
    const reads = c.req.method === 'GET' || c.req.method === 'HEAD';
    const foreign =
      (site !== undefined && site !== 'same-origin') ||
      (origin === undefined ? !reads : !origins().has(origin.toLowerCase()));
    if (foreign) return c.json({ error: 'asked by another page than the one of this server' }, 403);
    return next();
  };
}
