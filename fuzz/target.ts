import type { z } from 'zod';

/** One reader of foreign text, and what is held against it. */
export interface Target {
  readonly name: string;
  /** Captured texts from which the inputs are made. */
  seeds(): readonly Buffer[];
  /** Reads one input; `deep`: also what later steps make of it. What it throws other than `may` is a fault. */
  run(input: Buffer, deep: boolean): unknown;
  /** Errors by which it refuses an input. */
  readonly may?: readonly (new (
    message: string,
  ) => Error)[];
  /** What a result has to be. */
  readonly schema?: z.ZodType;
  /** Words that a mutation puts in beside those of the seeds. */
  readonly words?: readonly string[];
  /** Bytes of the longest input that is tried; 16 KiB if absent. */
  readonly longest?: number;
}

/** Thrown by a target for a property of its own that does not hold. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

/** Shown as a line of a report and as the name of a folder: `[a-z0-9-]+`. */
export const byName = (all: readonly Target[], name: string): Target | undefined =>
  all.find((target) => target.name === name);
