import { section } from './source.ts';

/** A failure that pam_faillock remembers. */
export interface LockedFailure {
  /** Still counts. */
  readonly valid: boolean;
  /** When, by the server's local clock read as if it were UTC; epoch milliseconds. */
  readonly at?: number;
  readonly line: number;
  readonly text: string;
}

/** Null where there is no faillock, or nobody was asked about. */
export const faillock = section(
  'server',
  'faillock',
  'wrong passwords that pam_faillock holds against the user (faillock(8)); null when it is not there',
  (text): readonly LockedFailure[] | null =>
    text?.split('\n').flatMap((line, i) => {
      const [, day, time, valid] = /^(\d{4}-\d\d-\d\d) (\S+) .*\s([VI])\s*$/.exec(line) ?? [];
      const at = Date.parse(`${day}T${time}Z`);
      const text = line.replace(/\s+/g, ' ').trim();
      return valid ? [{ valid: valid === 'V', line: i + 1, text, ...(Number.isNaN(at) ? {} : { at }) }] : [];
    }) ?? null,
);
