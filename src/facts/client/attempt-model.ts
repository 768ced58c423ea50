import type { Ending, Stage } from '../../knowledge/client-messages.ts';
import type { Algorithms } from './kexinit.ts';

/** A line of ssh, with its line in the section. */
export interface Said {
  readonly text: string;
  readonly line?: number;
  /** When it was said, milliseconds after the start of ssh. */
  readonly ms?: number;
}

export interface OfferedKey extends Said {
  /** File, or the comment of an agent's key. */
  readonly path: string;
  readonly type?: string;
  readonly fingerprint?: string;
  readonly source: 'agent' | 'file';
  readonly accepted: boolean;
}

export interface Methods extends Said {
  readonly methods: readonly string[];
  /** The answer followed an accepted first factor. */
  readonly partial: boolean;
}

export interface HostKey extends Said {
  readonly type: string;
  readonly fingerprint: string;
}

export interface HostKeyState extends Said {
  readonly state: 'known' | 'unknown' | 'changed' | 'revoked';
  /** The known_hosts line that decided. */
  readonly file?: string;
  readonly fileLine?: number;
}

/** The lists of one side as ssh -vv shows them, with the line that each begins on. */
export interface Proposal extends Said {
  readonly algorithms: Partial<Algorithms>;
  readonly follows?: boolean;
}

export interface HostCertificate extends Said {
  /** Fingerprint of the authority that signed it. */
  readonly authority: string;
  readonly id: string;
  /** `from … to …`, or `forever`. */
  readonly valid: string;
  readonly principals: readonly string[];
  /** What ssh has against it. */
  readonly trouble?: Said;
}

export interface FileTrouble extends Said {
  readonly path: string;
  readonly reason: string;
}

export interface AttemptLog {
  readonly argv: readonly string[];
  readonly rc: number | null;
  readonly ms: number;
  readonly timedOut: boolean;
  readonly stdoutBytes: number;
  readonly stdout: string;
  readonly clientVersion?: string;
  /** Identification of the server's software, e.g. `OpenSSH_9.2p1 Debian-2+deb12u3`. */
  readonly remoteSoftware?: Said;
  readonly kex?: string;
  readonly hostKeyAlgorithm?: string;
  readonly cipher?: string;
  readonly mac?: string;
  readonly hostKey?: HostKey;
  readonly hostKeyState?: HostKeyState;
  readonly hostCertificate?: HostCertificate;
  /** What client and server said that they can do. */
  readonly proposals?: { readonly client?: Proposal; readonly server?: Proposal };
  /** The server's list when nothing in common was found. */
  readonly theirOffer?: readonly string[];
  readonly methods: readonly Methods[];
  /** Methods the server would take and that were not tried because nobody can be asked here. */
  readonly untried: readonly string[];
  readonly offered: readonly OfferedKey[];
  readonly badKeyFiles: readonly FileTrouble[];
  readonly loadErrors: readonly FileTrouble[];
  readonly missingIdentities: readonly FileTrouble[];
  readonly signErrors: readonly FileTrouble[];
  /** Key files without a public half beside them: ssh opens each and signs at once, without asking first. */
  readonly triedFiles: readonly (Said & { readonly path: string })[];
  /** Why the agent could not be asked; 8.4 does not say so of a socket that is missing. */
  readonly agentTrouble?: Said;
  /** Methods in the order in which ssh began with them, e.g. `gssapi-with-mic`, `hostbased`, `publickey`. */
  readonly begun: readonly string[];
  /** Signature algorithms that the server says it takes (RFC 8308, 3.1). */
  readonly serverSigAlgs?: readonly string[];
  /** Keys passed over because no signature algorithm suits both sides. */
  readonly noMutualAlgorithm: readonly FileTrouble[];
  /** Reason that the server gave when it hung up (RFC 4253, 11.1). Its text is hostile. */
  readonly disconnect?: Said & { readonly code: number };
  /** Keys are exchanged and the host key is accepted. */
  readonly authenticating: boolean;
  readonly authenticated?: Said & { readonly method: string };
  /** Exit status of the session; -1 when a signal ended it. */
  readonly exitStatus?: number;
  /** Furthest stage, and milliseconds after the start at which each was reached. */
  readonly stage: Stage;
  readonly stageMs: Readonly<Partial<Record<Stage, number>>>;
  readonly ending: Ending;
  readonly endingSaid?: Said;
  /** What others wrote on standard error: the server's banner, the remote command, a jump host's ssh. Hostile. */
  readonly foreign: readonly Said[];
  /** Every line of ssh's own log, without `debugN: `. */
  readonly log: readonly Said[];
}
