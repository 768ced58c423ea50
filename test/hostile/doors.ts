import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Attack } from './attacks.ts';
import type { Form } from './checks.ts';
import type { Sandbox } from './sandbox.ts';
import type { Answered } from './worker.ts';

/** One way that a word of somebody else comes in and goes out again. */
export interface Door {
  /** For the table. */
  readonly name: string;
  /** Whether this attack can come in here. */
  takes(attack: Attack): boolean;
  /** Asks, and hands on every text that came out with the form that it must have. */
  ask(attack: Attack, box: Sandbox): AsyncIterable<Came>;
}

export interface Came {
  readonly argv: readonly string[];
  readonly answered: Answered;
  /** Of standard output. */
  readonly form: Form;
  /** Files that were written. */
  readonly files?: Readonly<Record<string, Form>>;
  /** Exit statuses that docs and `--help` know for it. */
  readonly statuses: readonly number[];
}

export const USUAL: readonly number[] = [0, 1, 2, 3];

/** Asks one question. */
export async function came(
  box: Sandbox,
  argv: readonly string[],
  form: Form,
  more: Partial<Pick<Came, 'files' | 'statuses'>> = {},
): Promise<Came> {
  return { argv, form, statuses: USUAL, ...more, answered: await box.sshwhy(...argv) };
}

export const isWord = ({ document }: Attack): boolean => document.length === 0;

/** The text of a file that was written, or undefined where nothing was. */
export function written(box: Sandbox, name: string): string | undefined {
  try {
    return readFileSync(path.join(box.folder, name), 'utf8');
  } catch {
    return undefined;
  }
}
