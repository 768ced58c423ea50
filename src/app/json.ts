import { LookError } from '../model/errors.ts';

/** A text that has to be JSON of a kind. @throws LookError */
export function jsonOf(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new LookError(`${file} is no JSON`);
  }
}
