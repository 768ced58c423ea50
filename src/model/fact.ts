/** Which end saw a thing. */
export type Side = 'client' | 'server' | 'path';

/** Where a fact was read: a Bundle section and, where it makes sense, the 1-based line in that section. */
export interface Origin {
  readonly side: Side;
  readonly section: string;
  readonly line?: number;
}

/** Why a fact could not be had. Never an absence of a problem. */
export type Gap = 'not-collected' | 'denied' | 'unsupported' | 'timed-out' | 'unparsable';

export interface Known<T> {
  readonly known: true;
  readonly value: T;
  readonly from: Origin;
}

export interface Unknown {
  readonly known: false;
  readonly gap: Gap;
  readonly detail: string;
  readonly from: Origin;
}

export type Fact<T> = Known<T> | Unknown;
