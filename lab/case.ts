import type { Verdict } from '../src/model/finding.ts';
import type { CauseId, Gate } from '../src/model/gate.ts';
import type { Outcome } from '../src/model/report.ts';
import type { Topology } from './net.ts';
import type { Suite } from './seed.ts';

/** The ways of asking sshwhy: on the server, on the client, on the client with a door into the server. */
export const MODES = ['server', 'client', 'joined'] as const;
export type Mode = (typeof MODES)[number];

/** What sshwhy must say in one mode. */
export interface Expect {
  /** Cause that comes first; default the id of the case, null for none. */
  readonly first?: CauseId | null;
  /** Verdict of that first cause. */
  readonly verdict?: Verdict;
  readonly gates?: Readonly<Partial<Record<Gate, Outcome>>>;
  /** Exit status; default 1, or 0 when the login works or no cause is expected. */
  readonly exit?: number;
  /** Causes that must be in the report, anywhere and in any role. */
  readonly contains?: readonly CauseId[];
}

/** The login that is asked about; default alice@web1 with her key. */
export interface CaseLogin {
  readonly user?: string;
  readonly host?: string;
  readonly port?: number;
  /** Further arguments of ssh, given to the real one and to sshwhy. */
  readonly args?: readonly string[];
  /** Further arguments of sshwhy alone. */
  readonly told?: readonly string[];
  /** Machines from which sshwhy looks, too (--vantage). */
  readonly vantages?: readonly ('host' | 'client' | 'router' | 'bastion')[];
  /** Typed into the real ssh; the server is then asked about a login without a key. */
  readonly password?: string;
  /** Address that the server is told the login comes from; default the client's IPv4 one. */
  readonly from?: string;
  /** Path, on the client, of the public key (with the certificate beside it) the server is asked about; null asks without one. */
  readonly key?: string | null;
}

/**
 * A real host, broken on purpose. The scripts are run by sh as root, after a healthy login was proven, and know
 * `$SERVER`, `$SERVER6`, `$CLIENT`, `$BASTION` (addresses), `$PUBKEY` (the line), `$KEYFILE` (path on the client) and, on client and
 * router, `$TMP`.
 */
export interface LabCase {
  /** What sshwhy must put first. */
  readonly id: CauseId;
  /** Tells two cases of one cause apart. */
  readonly variant?: string;
  /** Default: all. */
  readonly suites?: readonly Suite[];
  /** Default: direct. */
  readonly topology?: Topology;
  readonly breakServer?: string;
  readonly breakClient?: string;
  readonly breakRouter?: string;
  /** The machine to jump through, in the topology `bastion`. */
  readonly breakBastion?: string;
  readonly ssh?: CaseLogin;
  /** What the real ssh prints before sshwhy looks; its exit status must not be 0 unless `loginWorks`. */
  readonly fails: RegExp;
  /** The login succeeds all the same: degrading and latent cases. */
  readonly loginWorks?: true;
  /** A mode that is absent is not asked, and `unasked` says why. */
  readonly server?: Expect;
  readonly client?: Expect;
  readonly joined?: Expect;
  readonly unasked?: string;
  /** Default `login`: where the finding has a fix sshwhy makes it, the real login must work, and its undo bring all back. */
  readonly afterFix?: 'login' | 'none';
  /** Why the undo of its fix does not bring back all that was. */
  readonly undoLeaves?: string;
  /** It weighs on the whole machine, so nothing else runs beside it; such cases come last. */
  readonly alone?: true;
  /** Size of the host's disk, as tmpfs(5) takes it. */
  readonly disk?: string;
}
