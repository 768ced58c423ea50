import { writeFileSync } from 'node:fs';
import { UsageError } from '../model/errors.ts';

/** Writes a file that only its owner can read. @throws UsageError when it cannot be written. */
export function save(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600 });
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${(error as Error).message}`);
  }
}
