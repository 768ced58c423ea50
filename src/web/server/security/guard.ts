import type { MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import type { Env } from '../context.ts';
import { bucket } from './limit.ts';
import type { Sessions } from './sessions.ts';

export const PROOF = 'x-sshwhy-proof';

/** Requests of one session: a person who clicks fast, with a page that asks several things at once. */
const ASKED = { burst: 120, perSecond: 20 };

/** Everything below needs a session: 401 without one, 429 when it asks too often. */
export function onlySessions(o: {
  readonly sessions: Sessions;
  readonly cookie: () => string;
  readonly now: () => number;
}): MiddlewareHandler<Env> {
  const buckets = new Map<string, ReturnType<typeof bucket>>();
  return async (c, next) => {
    const session = o.sessions.find(getCookie(c, o.cookie()), c.req.header(PROOF));
    if (!session)
      return c.json({ error: 'no session, or it is over: open the address that sshwhy serve printed' }, 401);
    const own = buckets.get(session.id) ?? bucket(ASKED, o.now);
    buckets.delete(session.id);
    buckets.set(session.id, own);
    if (buckets.size > 64) buckets.delete(buckets.keys().next().value ?? '');
    const wait = own.take();
    if (wait > 0) return c.json({ error: 'too many requests' }, 429, { 'retry-after': String(wait) });
    c.set('session', session);
    return next();
  };
}
