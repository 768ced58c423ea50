/** The command line or an input file is wrong; the message says what to type instead. Exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** We could not look: a transport failed or a bundle could not be read. Exit status 3. */
export class LookError extends Error {
  override readonly name = 'LookError';
}

/** Exit statuses, as users' scripts rely on them. */
export const EXIT = {
  open: 0,
  closed: 1,
  usage: 2,
  couldNotLook: 3,
  rolledBack: 4,
  interrupted: 130,
} as const;
