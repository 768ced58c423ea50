import type { Hono } from 'hono';
import type { Session, Sessions } from './security/sessions.ts';

/** What every group of routes is given. */
export interface Context {
  /** The store of the watch: a file or `clickhouse://…`; undefined: none was given and the usual one is not there. */
  readonly store?: string;
  /** The file of a fleet's run (JSON lines). */
  readonly fleet?: string;
  readonly allowFix: boolean;
  readonly sessions: Sessions;
  /** Aborted when the server ends. */
  readonly signal: AbortSignal;
  readonly now: () => number;
}

export interface Env {
  readonly Variables: { readonly session: Session };
}

export type Web = Hono<Env>;

/** A group of routes: one file under `routes/`, one line in `routes/index.ts`. */
export interface RouteGroup {
  /** Begins with `/api/`: whoever asks there has a session. */
  readonly at: `/api/${string}`;
  /** `web` answers below `at`. */
  add(web: Web, context: Context): void;
}
