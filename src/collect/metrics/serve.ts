import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import ipaddr from 'ipaddr.js';
import { LookError, UsageError } from '../../model/errors.ts';
import { CONTENT_TYPE, type Form } from './registry.ts';
import type { Metrics } from './sink.ts';

/** `127.0.0.1:9622`, `[::1]:9622`, `localhost:9622`, or only a port. */
export interface Listen {
  readonly host: string;
  readonly port: number;
  readonly loopback: boolean;
}

export const DEFAULT_LISTEN = '127.0.0.1:9622';

/** Where to listen. @throws UsageError when it is no address and port. */
export function parseListen(text: string): Listen {
  const [, bracketed, plain, digits] =
    /^(?:\[([0-9A-Fa-f:.]{2,45})\]:|([^:\s[\]]{1,253}):)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  const named = bracketed ?? plain ?? '127.0.0.1';
  const host = named === 'localhost' ? '127.0.0.1' : named;
  if (digits === undefined || port > 65_535 || !ipaddr.isValid(host))
    throw new UsageError(`"${text}" is no address to listen on; say ${DEFAULT_LISTEN}, [::1]:9622, or 0.0.0.0:9622`);
  return { host, port, loopback: ipaddr.process(host).range() === 'loopback' };
}

export interface MetricsServer {
  /** The port that it listens on, which is another one than asked for when that was 0. */
  readonly port: number;
  close(): Promise<void>;
}

/** What to say of listening elsewhere than on this machine; undefined: nothing. */
export function listenWarning({ host, port, loopback }: Listen, token: string | undefined): string | undefined {
  if (loopback) return undefined;
  const who = `metrics are shown to whoever reaches ${host} port ${port}`;
  return token === undefined
    ? `${who}: set metrics.token_file, or listen on 127.0.0.1`
    : `${who} and knows the token, which crosses the network in clear text`;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function allowed(request: IncomingMessage, token: string | undefined): boolean {
  if (token === undefined) return true;
  const [, given] = /^Bearer +(\S{1,1024})$/i.exec(request.headers.authorization ?? '') ?? [];
  // Digests have one length, and comparing them tells nothing of the token by its time.
  return given !== undefined && timingSafeEqual(digest(given), digest(token));
}

/** OpenMetrics when it is asked for (Prometheus does), the older text otherwise. */
const formOf = (accept: string | undefined): Form =>
  /\bapplication\/openmetrics-text\b/.test(accept ?? '') ? 'openmetrics' : 'text';

/**
 * Serves `/metrics` and `/healthz` to GET and HEAD. Bounded: headers of 8 KiB within 5 s, 16 connections, 10 s a request,
 * and never two renderings at once for the same form.
 * @throws LookError when the port cannot be had.
 */
export async function serveMetrics(
  metrics: Pick<Metrics, 'render' | 'health'>,
  o: { readonly listen: Listen; readonly token?: string },
): Promise<MetricsServer> {
  const pending = new Map<Form, Promise<string>>();
  const rendered = (form: Form): Promise<string> => {
    const known = pending.get(form);
    if (known !== undefined) return known;
    const made = metrics.render(form).finally(() => pending.delete(form));
    pending.set(form, made);
    return made;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const say = (status: number, text: string, headers: Readonly<Record<string, string>> = {}): void => {
      const body = Buffer.from(text);
      // A body that nobody asked for is not waited for.
      const rude = request.headers['content-length'] !== undefined || 'transfer-encoding' in request.headers;
      response.writeHead(status, {
        'content-type': 'text/plain; charset=utf-8',
        'content-length': body.length,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        ...(rude ? { connection: 'close' } : {}),
        ...headers,
      });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return say(405, 'Only GET and HEAD.\n', { allow: 'GET, HEAD' });
    const path = (request.url ?? '').split('?', 1)[0];
    if (!allowed(request, o.token)) return say(401, 'A bearer token is needed.\n', { 'www-authenticate': 'Bearer' });
    if (path === '/metrics') {
      const form = formOf(request.headers.accept);
      return say(200, await rendered(form), { 'content-type': CONTENT_TYPE[form] });
    }
    if (path === '/healthz') {
      const health = await metrics.health();
      const blind = health.sources.length > 0 && health.sources.every(({ unreadable }) => unreadable !== undefined);
      return say(blind ? 503 : 200, `${JSON.stringify(health)}\n`, { 'content-type': 'application/json' });
    }
    return say(404, 'There are /metrics and /healthz.\n');
  };

  const server = createServer(
    {
      maxHeaderSize: 8192,
      headersTimeout: 5_000,
      requestTimeout: 10_000,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 5_000,
    },
    (request, response) => {
      answer(request, response).catch(() => {
        if (!response.headersSent) response.writeHead(500).end();
        else response.destroy();
      });
    },
  );
  server.maxConnections = 16;
  server.maxHeadersCount = 64;
  // Without an answer of its own: whoever sends no HTTP gets none.
  server.on('clientError', (_error, socket) => socket.destroy());
  server.setTimeout(75_000);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new LookError(
          `cannot listen on ${o.listen.host} port ${o.listen.port} for metrics: ${error.code ?? error.message}`,
        ),
      ),
    );
    server.listen(o.listen.port, o.listen.host, () => resolve());
  });
  server.on('error', () => {});
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
