const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

interface Limit {
  readonly value: number;
  /** Of the value; `ms` is shown as a time. */
  readonly unit: string;
  readonly why: string;
}

/** Every number that decides, in one place. */
const LIMITS = {
  'clock.late': { value: 10 * MINUTE, unit: 'ms', why: 'Files and journals that are read in turns differ by less.' },
  'clock.ahead': {
    value: HOUR,
    unit: 'ms',
    why: 'A stamp that is further ahead is a glitch, until others agree with it.',
  },
  'clock.agree': {
    value: 5,
    unit: 'events in a row',
    why: 'A glitch is one event or two; a clock that was set stays set.',
  },

  'attempt.silence': { value: 15 * MINUTE, unit: 'ms', why: 'LoginGraceTime is two minutes, the longest in use ten.' },

  'by-source.fast': {
    value: 10,
    unit: 'failures',
    why: 'Nobody types ten wrong passwords in two minutes; programs try dozens.',
  },
  'by-source.fast-window': {
    value: 2 * MINUTE,
    unit: 'ms',
    why: 'Long enough for three connections of three passwords each.',
  },
  'by-source.medium': {
    value: 20,
    unit: 'failures',
    why: 'A person who has forgotten gives up, or asks somebody, before that.',
  },
  'by-source.medium-window': {
    value: HOUR,
    unit: 'ms',
    why: 'Covers what tries every three minutes to stay below usual bans (5 in 10 minutes).',
  },
  'by-source.slow': { value: 40, unit: 'failures', why: 'One try in half an hour for a day: no person does that.' },
  'by-source.slow-window': { value: DAY, unit: 'ms', why: 'Slower than that is what the sum over all sources is for.' },

  'success.failures': {
    value: 10,
    unit: 'failures',
    why: 'Below that it is a user who has forgotten; above, what got in had been guessing.',
  },
  'success.others': {
    value: 3,
    unit: 'other accounts',
    why: 'A person fails as one account or two; a list of stolen passwords as many.',
  },
  'success.window': { value: DAY, unit: 'ms', why: 'Guessing that is kept slow goes on for a day and more.' },
} as const satisfies Readonly<Record<string, Limit>>;

export type LimitName = keyof typeof LIMITS;

export const limits: Readonly<Record<string, Limit>> = LIMITS;

export const limit = (name: LimitName): number => LIMITS[name].value;
