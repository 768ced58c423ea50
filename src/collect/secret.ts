import { readFileSync, statSync } from 'node:fs';
import { UsageError } from '../model/errors.ts';

const MAX = 64 << 10;

/**
 * A secret where a configuration or a URL names one: `env:NAME`, `file:PATH` (without its last newline), or the text itself.
 * The first two keep it out of command lines, which every user of a machine can read. One line; it is never said in an error.
 * @throws UsageError when the variable or the file is not there, or holds no line, or more than one.
 */
export function secret(text: string, environment: NodeJS.ProcessEnv = process.env): string {
  const [, kind, where = ''] = /^(env|file):(.*)$/s.exec(text) ?? [];
  if (kind === undefined) return text;
  const value = (kind === 'env' ? environment[where] : smallFile(where))?.replace(/\r?\n$/, '');
  if (!value) throw new UsageError(`the secret ${text} is ${value === undefined ? 'not set' : 'empty'}`);
  if (value.length > MAX || /[\0\r\n]/.test(value)) throw new UsageError(`the secret ${text} is not one line`);
  return value;
}

/** The text of a file of at most 64 KiB: a key, a certificate, a password. @throws UsageError when it cannot be read. */
export function smallFile(path: string): string {
  try {
    if (statSync(path).size > MAX) throw new Error('it is larger than 64 KiB');
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${(error as Error).message}`);
  }
}
