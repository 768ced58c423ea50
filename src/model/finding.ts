import type { Side } from './fact.ts';
import type { CauseId, Gate } from './gate.ts';
import type { Remedy } from './remedy.ts';
import type { TraceStep } from './trace.ts';

/** `confirmed`: the evidence admits no other reading. */
export const VERDICTS = ['confirmed', 'likely', 'possible'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What a finding does to the login asked about. */
export const ROLES = ['blocking', 'degrading', 'latent', 'consequence'] as const;
export type Role = (typeof ROLES)[number];

/** One thing that was seen, quoted. */
export interface Evidence {
  readonly side: Side;
  /** Bundle section it was read from. */
  readonly section: string;
  /** 1-based line in that section. */
  readonly line?: number | undefined;
  readonly text: string;
}

/** What a cause's check returns for one occurrence. */
export interface Observed<Data> {
  readonly data: Data;
  readonly verdict: Verdict;
  readonly evidence: readonly Evidence[];
  /** Tells two findings of one cause apart: a port, file, user or rule. */
  readonly subject?: string;
  /** What the deciding packet met on its way. */
  readonly trace?: readonly TraceStep[];
  /** The broken state is there, but this login passes it: it will bite later or others. */
  readonly latent?: true;
  /** The login gets through all the same, but slower or poorer, though the cause can also keep it out. */
  readonly degrades?: true;
  /** The gate at which the login ends, where that is a later one than the gate of the cause. */
  readonly closes?: Gate;
}

export interface Finding {
  readonly id: CauseId;
  readonly role: Role;
  readonly verdict: Verdict;
  readonly subject?: string;
  readonly text: string;
  readonly evidence: readonly Evidence[];
  readonly fix?: Remedy;
  readonly trace?: readonly TraceStep[];
}
