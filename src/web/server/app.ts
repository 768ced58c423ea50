import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { setCookie } from 'hono/cookie';
import { LookError, UsageError } from '../../model/errors.ts';
import { clip, stackText } from '../../report/escape.ts';
import type { Entered } from '../api.ts';
import type { Context, Env, RouteGroup } from './context.ts';
import { addFiles } from './files.ts';
import { onlySessions } from './security/guard.ts';
import { headers } from './security/headers.ts';
import { bucket } from './security/limit.ts';
import { onlyOurHosts, onlyOurPage } from './security/origin.ts';

/** Where the server is reached; known only when it listens. */
export interface Place {
  /** `host:port` that a request may name. */
  readonly hosts: ReadonlySet<string>;
  /** `scheme://host:port` of the pages that may ask. */
  readonly origins: ReadonlySet<string>;
  readonly port: number;
  readonly tls: boolean;
}

/** Tries of a token, right or wrong: a person opens windows, a program guesses. */
const TRIES = { burst: 20, perSecond: 1 };
const SMALL = 64 << 10;
/** What is read of an error. */
const SAID_MAX = 2000;
/** The largest body of all: an uploaded bundle. */
export const UPLOAD_MAX = 32 << 20;

/** The whole application, without a socket. `files`: the built page. */
export function webApp(o: {
  readonly context: Context;
  readonly routes: readonly RouteGroup[];
  readonly place: () => Place;
  readonly files: ReadonlyMap<string, Buffer>;
}): Hono<Env> {
  const { context, place } = o;
  const web = new Hono<Env>();
  const cookie = (): string => `sshwhy-${place().port}`;

  web.onError((error, c) => {
    // An error names what it is about: a word of a question, a file, what another machine said.
    if (error instanceof UsageError) return c.json({ error: clip(error.message, SAID_MAX) }, 400);
    if (error instanceof LookError) return c.json({ error: clip(error.message, SAID_MAX) }, 502);
    process.stderr.write(`sshwhy serve: ${stackText(error)}\n`);
    return c.json({ error: 'this is a bug in sshwhy; what happened is on the terminal of sshwhy serve' }, 500);
  });
  web.notFound((c) => c.json({ error: 'there is nothing here' }, 404));
  web.use(headers({ tls: place().tls }));
  web.use(onlyOurHosts(() => place().hosts));
  web.use(
    '/api/*',
    onlyOurPage(() => place().origins),
  );
  const small = bodyLimit({ maxSize: SMALL, onError: (c) => c.json({ error: 'that is too much' }, 413) });
  const large = bodyLimit({
    maxSize: UPLOAD_MAX,
    onError: (c) => c.json({ error: 'a bundle of more than 32 MiB' }, 413),
  });
  web.use('/api/*', (c, next) => (c.req.path === '/api/bundle' ? large(c, next) : small(c, next)));

  const tries = bucket(TRIES, context.now);
  web.post('/api/session', async (c) => {
    const wait = tries.take();
    if (wait > 0) return c.json({ error: 'too many tries' }, 429, { 'retry-after': String(wait) });
    const { token } = ((await c.req.json().catch(() => ({}))) ?? {}) as { token?: unknown };
    const entered = typeof token === 'string' ? context.sessions.enter(token) : undefined;
    if (!entered) return c.json({ error: 'that is not the token of this server' }, 401);
    const secure = c.req.header('origin')?.startsWith('https:') === true;
    setCookie(c, cookie(), entered.cookie, { httpOnly: true, sameSite: 'Strict', path: '/', secure });
    const until = new Date(entered.session.until).toISOString();
    return c.json({ proof: entered.proof, until } satisfies Entered);
  });
  web.use('/api/*', onlySessions({ sessions: context.sessions, cookie, now: context.now }));
  web.delete('/api/session', (c) => {
    context.sessions.leave(c.get('session'));
    return c.body(null, 204);
  });
  for (const { at, add } of o.routes) {
    const own = new Hono<Env>();
    add(own, context);
    web.route(at, own);
  }
  addFiles(web, o.files);
  return web;
}
