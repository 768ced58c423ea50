import { readFileSync, statSync } from 'node:fs';
import { UsageError } from '../model/errors.ts';

const MAX = 64 << 10;

/**
 * A secret where a configuration or a URL names one: `env:NAME`, `file:PATH` (without its last newline), or the text itself.
 * The first two keep it out of command lines, which every user of a machine can read.
 * @throws UsageError when the variable or the file is not there.
 */
export function secret(text: string): string {
  if (text.startsWith('env:')) {
    const value = process.env[text.slice(4)];
    if (value === undefined || value === '') throw new UsageError(`the variable ${text.slice(4)} is not set`);
    return value;
  }
  return text.startsWith('file:') ? smallFile(text.slice(5)).replace(/\r?\n$/, '') : text;
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
