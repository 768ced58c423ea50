import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 bits that nobody guesses, in letters that need no escaping in a URL or a cookie. */
export const secret = (): string => randomBytes(32).toString('base64url');

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares without telling by the time how much of it was right. */
export const same = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));

export interface Session {
  /** Names it to other parts of the server; no secret, never sent. */
  readonly id: string;
  /** ms since the epoch; it ends then whatever happens. */
  readonly until: number;
}

interface Kept extends Session {
  readonly cookie: Buffer;
  readonly proof: Buffer;
  seen: number;
}

export interface Sessions {
  /** Undefined: that is not the token. */
  enter(token: string): { readonly cookie: string; readonly proof: string; readonly session: Session } | undefined;
  /** The session that this cookie and this proof belong to, both of them; it is used by asking. */
  find(cookie: string | undefined, proof: string | undefined): Session | undefined;
  leave(session: Session): void;
}

const MOST = 32;

/**
 * Sessions in memory; they end with the process. `idleMs`: ends when nothing was asked for so long; `lifeMs`: ends anyway.
 * The cookie alone opens nothing, because a browser sends it to every port of the host (RFC 6265, 8.5).
 */
export function sessions(o: {
  readonly token: string;
  readonly now: () => number;
  readonly idleMs: number;
  readonly lifeMs: number;
}): Sessions {
  const kept = new Map<string, Kept>();
  const sweep = (): void => {
    const now = o.now();
    for (const [id, { until, seen }] of kept) if (now >= until || now - seen >= o.idleMs) kept.delete(id);
    while (kept.size > MOST) kept.delete(kept.keys().next().value ?? '');
  };
  return {
    enter: (token) => {
      if (!same(token, o.token)) return undefined;
      const [id, cookie, proof] = [secret(), secret(), secret()];
      const session = { id, until: o.now() + o.lifeMs };
      kept.set(id, { ...session, cookie: digest(cookie), proof: digest(proof), seen: o.now() });
      sweep();
      return { cookie, proof, session };
    },
    find: (cookie, proof) => {
      if (cookie === undefined || proof === undefined) return undefined;
      sweep();
      const [asked, proven] = [digest(cookie), digest(proof)];
      const found = [...kept.values()].find(
        (one) => timingSafeEqual(one.cookie, asked) && timingSafeEqual(one.proof, proven),
      );
      if (!found) return undefined;
      found.seen = o.now();
      return { id: found.id, until: found.until };
    },
    leave: ({ id }) => void kept.delete(id),
  };
}
