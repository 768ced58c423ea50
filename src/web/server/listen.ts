import { existsSync, readFileSync } from 'node:fs';
import { createServer as createPlain } from 'node:http';
import { createServer as createTls } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { LookError } from '../../model/errors.ts';
import { type Place, webApp } from './app.ts';
import type { Context } from './context.ts';
import { routes } from './routes/index.ts';
import { authority } from './security/origin.ts';
import { secret, sessions } from './security/sessions.ts';

const MINUTE = 60_000;
const IDLE_MS = 60 * MINUTE;
const LIFE_MS = 12 * 60 * MINUTE;

export interface Served {
  /** With the token behind `#`, where no server and no log sees it. */
  readonly url: string;
  close(): Promise<void>;
}

/** The page beside the bundled command, or, from the sources, in `dist`. */
const folder = (): string =>
  [new URL('./web', import.meta.url), new URL('../../../dist/web', import.meta.url)]
    .map(({ pathname }) => decodeURIComponent(pathname))
    .find((one) => existsSync(one)) ?? 'dist/web';

/**
 * Serves until `close()`. `names`: what else it is called than the address it listens on (behind a reverse proxy).
 * @throws LookError when the port is taken, or a file of TLS cannot be read.
 */
export async function serve(
  o: Pick<Context, 'store' | 'fleet' | 'allowFix' | 'signal'> & {
    readonly host: string;
    readonly port: number;
    readonly names: readonly string[];
    readonly tls?: { readonly cert: string; readonly key: string };
  },
): Promise<Served> {
  const token = secret();
  const now = Date.now;
  const tls = o.tls !== undefined;
  let place: Place = { hosts: new Set(), port: o.port, tls };
  const context: Context = {
    ...(o.store === undefined ? {} : { store: o.store }),
    ...(o.fleet === undefined ? {} : { fleet: o.fleet }),
    allowFix: o.allowFix,
    sessions: sessions({ token, now, idleMs: IDLE_MS, lifeMs: LIFE_MS }),
    signal: o.signal,
    now,
  };
  const web = webApp({ context, routes, place: () => place, folder: folder() });
  const listener = getRequestListener(web.fetch);
  const server = o.tls
    ? createTls({ cert: pem(o.tls.cert), key: pem(o.tls.key), minVersion: 'TLSv1.2' }, listener)
    : createPlain(listener);
  server.headersTimeout = 10_000;
  server.requestTimeout = 60_000;
  server.maxHeadersCount = 100;
  server.maxConnections = 200;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new LookError(
          error.code === 'EADDRINUSE'
            ? `port ${o.port} is taken; --listen 127.0.0.1:0 takes any that is free`
            : `cannot listen: ${error.message}`,
        ),
      ),
    );
    server.listen(o.port, o.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const loopback = ['127.0.0.1', '::1', 'localhost'];
  const called = loopback.includes(o.host) ? [...loopback, ...o.names] : [o.host, ...o.names];
  // Behind a proxy the browser names no port, or the proxy's own.
  const hosts = new Set([
    ...called.map((host) => authority(host, port, tls)),
    ...o.names.map((name) => name.toLowerCase()),
  ]);
  place = { hosts, port, tls };
  return {
    url: `${tls ? 'https' : 'http'}://${authority(o.host, port, tls)}/#token=${token}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function pem(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new LookError(`cannot read ${file}: ${(error as Error).message}`);
  }
}
