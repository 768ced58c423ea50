import type { Attempt } from './attempt.ts';
import type { Bundle } from './bundle.ts';
import type { Fact, Side } from './fact.ts';
import type { Observed } from './finding.ts';
import type { CauseId } from './gate.ts';
import type { Remedy } from './remedy.ts';

/** A question that a Bundle can answer. `read` is pure, total, and never throws. */
export interface FactSource<T> {
  /** Stable noun, e.g. `listeners`. */
  readonly id: string;
  readonly side: Side;
  /** Section names read, for citing and for saying what we are blind to. A trailing `*` stands for any suffix. */
  readonly sections: readonly string[];
  /** One line: what it holds, units, and the man page or file format. */
  readonly doc: string;
  read(bundle: Bundle): Fact<T>;
}

export type Sources = Readonly<Record<string, FactSource<unknown>>>;

/** Values of the needed facts. */
export type Values<N extends Sources> = {
  readonly [K in keyof N]: N[K] extends FactSource<infer T> ? T : never;
};

/** Values of the optional facts; `undefined` where there was a gap. */
export type Options<H extends Sources> = {
  readonly [K in keyof H]: (H[K] extends FactSource<infer T> ? T : never) | undefined;
};

/**
 * One way of proving a cause. A gap in `needs` means that this proof cannot be led (`check` is not called);
 * a gap in `helps` only makes it poorer.
 */
export interface Proof<Data> {
  readonly needs: Sources;
  readonly helps: Sources;
  /** `[]`: looked, and it is not so. `undefined`: these facts cannot tell; the next proof is tried. */
  check(given: Readonly<Record<string, unknown>>, attempt: Attempt): readonly Observed<Data>[] | undefined;
}

/** Types the `given` of a check after the facts it declares. */
export function proof<Data, N extends Sources, H extends Sources = Record<never, never>>(p: {
  needs: N;
  helps?: H;
  check(given: Values<N> & Options<H>, attempt: Attempt): readonly Observed<Data>[] | undefined;
}): Proof<Data> {
  return {
    needs: p.needs,
    helps: p.helps ?? {},
    check: p.check as Proof<Data>['check'],
  };
}

/** A broken state that keeps somebody out: one file under `src/causes`, its path is its id. */
export interface Cause<Data = unknown> {
  readonly id: CauseId;
  /** `blocks`: closes its gate. `degrades`: slow or partial. `risk`: nothing is broken for this login yet. */
  readonly severity: 'blocks' | 'degrades' | 'risk';
  /** A noun phrase, capitalised, no full stop. */
  readonly title: string;
  /** Two or three sentences for the page of the cause: how one gets here and why it keeps people out. */
  readonly why: string;
  /** Why no host of the lab can be broken so; then it is proven on Bundles of real hosts with what such a host says added. */
  readonly unshown?: string;
  /** Man pages, RFCs, OpenSSH source files. */
  readonly refs: readonly string[];
  /** Strongest first: the first that can be led and does not pass on decides. */
  readonly proofs: readonly Proof<Data>[];
  /** The one sentence that every output shows. Foreign text is escaped by the outputs, not here. */
  says(data: Data): string;
  /** Causes that merely follow from this one when it is blocking. */
  readonly masks?: readonly CauseId[];
  remedy?(data: Data): Remedy;
}

export function defineCause<Data>(cause: Cause<Data>): Cause<Data> {
  return cause;
}
