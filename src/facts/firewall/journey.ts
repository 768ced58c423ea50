import type { TraceStep } from '../../model/trace.ts';
import type { Chain, Rule, Ruleset } from './model.ts';
import type { State } from './packet.ts';

/** What decided: a rule, or the policy of a base chain. */
export interface Decision {
  readonly chain: Chain;
  readonly rule?: Rule;
}

/** Something that could not be told and on which an answer may hang. */
export interface Condition {
  readonly by: Decision;
  readonly text: string;
  /** The fact that would settle it. */
  readonly settle: string;
}

/** The end of a packet's walk through one base chain. */
export interface End {
  readonly kind: 'accept' | 'drop' | 'reject' | 'unknown';
  readonly how?: string;
  readonly by: Decision;
  readonly state: State;
}

export interface Walked {
  readonly ends: readonly End[];
  /** States with which control comes back to whoever called the chain. */
  readonly returns: readonly State[];
}

/** What one question gathers on its way. */
export interface Journey {
  readonly ruleset: Ruleset;
  /** By "family table chain". */
  readonly byName: ReadonlyMap<string, Chain>;
  readonly conditions: Condition[];
  readonly steps: TraceStep[];
  readonly memo: Map<string, Walked>;
  /** The rule that last gave the packet another destination. */
  translator?: Decision;
  /** Rules looked at so far. */
  looked: number;
  /** Rules about the port that did not match and are shown. */
  near: number;
}
