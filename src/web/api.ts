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

/** POST /api/jobs/diagnose: what is typed behind `sshwhy`, as fields. */
export interface DiagnoseForm {
  /** `[user@]host[:port]` */
  readonly target: string;
  readonly on?: string;
  readonly from?: string;
  readonly identity?: readonly string[];
  readonly port?: string;
  readonly login?: string;
  readonly jump?: string;
  readonly configFile?: string;
  readonly option?: readonly string[];
  readonly family?: '4' | '6';
  readonly vantage?: readonly string[];
  readonly allHostKeys?: boolean;
  readonly timeout?: number;
}

/** POST /api/jobs/server: what is typed behind `sshwhy server`. */
export interface ServerForm {
  readonly on?: string;
  readonly user?: string;
  readonly from?: string;
  readonly port?: string;
  /** The fingerprint of a key, or the path of a `.pub` file. */
  readonly key?: string;
}

/** GET /api/jobs: what was asked in this session, the latest first. */
export interface JobSummary {
  readonly id: string;
  readonly kind: 'diagnose' | 'server' | 'bundle' | 'fix';
  readonly title: string;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  /** The answer in one line. */
  readonly headline?: string;
}

export interface JobStep {
  /** ms since the start. */
  readonly at: number;
  readonly text: string;
}

/** GET /api/jobs/ID */
export interface Job extends JobSummary {
  readonly steps: readonly JobStep[];
  /** The same on the terminal. */
  readonly command?: string;
  /** Why it failed. */
  readonly why?: string;
  /** Markup of src/report/html: escaped there, put into the page as it is. */
  readonly html?: string;
  /** Causes that a machine can do something about. */
  readonly fixes: readonly { readonly cause: string; readonly text: string; readonly where: 'client' | 'server' }[];
}

/** GET /api/jobs/ID/events, as server-sent events: `step` (a JobStep) and at last `end` (a JobSummary). */

/** POST /api/jobs/ID/plan `{cause}`: what a fix would change. Nothing is changed. */
export interface FixPlan {
  readonly cause: string;
  readonly summary: string;
  readonly where: 'client' | 'server';
  readonly risk: 'safe' | 'interrupts' | 'may-lock-out';
  readonly commands: readonly string[];
  readonly diff: readonly string[];
  /** What makes it on the terminal. */
  readonly terminal: string;
  /** Handed to POST /api/jobs/ID/fix: only what was shown is made. Absent without `--allow-fix`. */
  readonly seal?: string;
}

/** GET /api/causes?q=WORDS */
export interface CauseHit {
  readonly id: string;
  readonly gate: string;
  readonly title: string;
  readonly severity: 'blocks' | 'degrades' | 'risk';
  readonly why: string;
}
export interface CauseList {
  readonly hits: readonly CauseHit[];
  /** The words are a message that is known: what it means. */
  readonly message?: string;
}

/** GET /api/causes/GATE/STATE */
export interface CausePage extends CauseHit {
  /** Made from docs/causes by the build; nothing foreign is in it. */
  readonly html: string;
}
