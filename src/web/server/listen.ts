import { readFileSync } from 'node:fs';
import { createServer as createPlain } from 'node:http';
import { createServer as createTls } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { LookError } from '../../model/errors.ts';
import { shippedFolder } from '../../shipped/files.ts';
import { type Place, webApp } from './app.ts';
import type { Context } from './context.ts';
import { jobs } from './jobs.ts';
import { routes } from './routes/index.ts';
import { authority } from './security/origin.ts';
import { secret, sessions } from './security/sessions.ts';

const MINUTE = 60_000;
const IDLE_MS = 60 * MINUTE;
const LIFE_MS = 12 * 60 * MINUTE;

export interface Served {
  /** With the token behind `#`, where no proxy and no log sees it; the first is the usual one. */
  readonly urls: readonly string[];
  close(): Promise<void>;
}

/** The page beside the bundled command, or, from the sources, in `dist`. */
const built = (): ReadonlyMap<string, Buffer> =>
  shippedFolder('web', [new URL('./web', import.meta.url), new URL('../../../dist/web', import.meta.url)]) ?? new Map();

/**
 * Serves until `close()`. `origins`: what else the page is reached as (`https://ssh.example.org`, behind a reverse proxy).
 * @throws LookError when the port is taken, or a file of TLS cannot be read.
 */
export async function serve(
  o: Pick<Context, 'store' | 'fleet' | 'keys' | 'posture' | 'allowFix' | 'signal' | 'looks'> & {
    readonly host: string;
    readonly port: number;
    readonly origins: readonly string[];
    readonly tls?: { readonly cert: string; readonly key: string };
  },
): Promise<Served> {
  const token = secret();
  const now = Date.now;
  const tls = o.tls !== undefined;
  let place: Place = { hosts: new Set(), origins: new Set(), port: o.port, tls };
  const context: Context = {
    ...(o.store === undefined ? {} : { store: o.store }),
    ...(o.fleet === undefined ? {} : { fleet: o.fleet }),
    ...(o.keys === undefined ? {} : { keys: o.keys }),
    ...(o.posture === undefined ? {} : { posture: o.posture }),
    allowFix: o.allowFix,
    sessions: sessions({ token, now, idleMs: IDLE_MS, lifeMs: LIFE_MS }),
    looks: o.looks,
    jobs: jobs({ now, signal: o.signal }),
    signal: o.signal,
    now,
  };
  const web = webApp({ context, routes, place: () => place, files: built() });
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
  const scheme = tls ? 'https' : 'http';
  const called = namesOf(o.host).map((host) => authority(host, port, tls));
  const elsewhere = o.origins.map((origin) => new URL(origin));
  place = {
    hosts: new Set([...called, ...elsewhere.map(({ host }) => host)]),
    origins: new Set([...called.map((host) => `${scheme}://${host}`), ...elsewhere.map(({ origin }) => origin)]),
    port,
    tls,
  };
  return {
    urls: [
      ...(called[0] === undefined ? [] : [`${scheme}://${called[0]}`]),
      ...elsewhere.map(({ origin }) => origin),
    ].map((origin) => `${origin}/#token=${token}`),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What a browser may call an address that is listened on. All addresses at once have no name of their own. */
export function namesOf(host: string): readonly string[] {
  if (host === '0.0.0.0' || host === '::') return ['127.0.0.1', '::1', 'localhost'];
  return isLoopback(host) ? [...new Set([host, '127.0.0.1', '::1', 'localhost'])] : [host];
}

/** 127.0.0.0/8 (RFC 1122, 3.2.1.3), ::1 (RFC 4291, 2.5.3), and the name of both (RFC 6761, 6.3). */
export const isLoopback = (host: string): boolean => /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/.test(host);

function pem(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new LookError(`cannot read ${file}: ${(error as Error).message}`);
  }
}
