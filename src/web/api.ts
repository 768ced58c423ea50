/** What the page asks of the server and gets: the types of both sides. Nothing here runs. */

/** GET /api/about */
export interface About {
  readonly version: string;
  /** The host that serves. */
  readonly host: string;
  /** What was given at the start: pages that need it say how to give it. */
  readonly has: { readonly store: boolean; readonly fleet: boolean };
  readonly allowFix: boolean;
  /** When this session ends at the latest, RFC 3339. */
  readonly until: string;
}

/** POST /api/session `{token}`; the cookie comes with it. */
export interface Entered {
  /** Goes with every request as the header `x-sshwhy-proof`: cookies go to every port of a host, this does not. */
  readonly proof: string;
  readonly until: string;
}

/** What every refusal looks like. */
export interface Refused {
  readonly error: string;
}
