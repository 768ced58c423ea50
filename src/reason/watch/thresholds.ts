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

  'by-network.failures': {
    value: 20,
    unit: 'failures',
    why: 'As many as make one address conspicuous; here each may stay below.',
  },
  'by-network.addresses': {
    value: 4,
    unit: 'addresses',
    why: 'Two or three are a host with several addresses, or one that was given a new one.',
  },
  'by-network.window': { value: 6 * HOUR, unit: 'ms', why: 'Neighbours that take turns each wait for hours.' },

  'spraying.users': {
    value: 8,
    unit: 'accounts',
    why: 'A jump host on which many people mistype in one hour is rare; lists have hundreds of names.',
  },
  'spraying.real-users': {
    value: 3,
    unit: 'accounts that log in here',
    why: 'Guessed lists do not hit three of our own people; a stolen list does.',
  },
  'spraying.tries': {
    value: 3,
    unit: 'tries per account',
    why: 'More than that is guessing passwords, which is told of by source.',
  },
  'spraying.window': {
    value: 6 * HOUR,
    unit: 'ms',
    why: 'Policies that lock accounts count for half an hour, so lists are tried with pauses.',
  },

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
  'success.sprayed': {
    value: 5,
    unit: 'networks that failed as the user',
    why: 'Passers-by guess the names of people from a network or two a day.',
  },

  'learn.days': {
    value: 7,
    unit: 'days',
    why: 'Weekends, and people who come on one day of the week, have been seen once.',
  },
  'learn.logins': { value: 5, unit: 'logins', why: 'Of fewer nothing can be said about what is usual.' },
  'new-source.failures': {
    value: 3,
    unit: 'failures',
    why: 'One or two are typing; an administrator at a new place who fails thrice may be none.',
  },
  'new-hour.days': { value: 14, unit: 'days', why: 'Every day of the week has been seen twice.' },
  'new-hour.logins': {
    value: 30,
    unit: 'logins',
    why: 'About two a day: then an hour without any is a habit, and no chance.',
  },
  'new-hour.around': { value: 2, unit: 'hours', why: 'Overtime and summer time move habits by so much.' },

  'spike.deviations': {
    value: 8,
    unit: 'deviations (1.4826 MAD)',
    why: 'Background noise of the Internet comes in clumps; at 4 a busy host tells of one each day.',
  },
  'spike.least': { value: 100, unit: 'in an hour', why: 'Fewer are no matter, however quiet it is otherwise.' },
  'spike.factor': {
    value: 4,
    unit: 'times the median',
    why: 'The deviation of a steady series, or of three values, is next to nothing.',
  },
  'spike.weeks': {
    value: 5,
    unit: 'values of each hour of the week',
    why: 'The median of five stands two weeks that were unlike the others.',
  },

  'outage.users': {
    value: 4,
    unit: 'users',
    why: 'Three people who mistype within a quarter of an hour happen; four whom nothing lets in do not.',
  },
  'outage.window': { value: 15 * MINUTE, unit: 'ms', why: 'People try again, and ask a colleague, within that time.' },
  'outage.share': { value: 0.5, unit: 'of those who tried', why: 'When most get in, it is not the server.' },

  'outage.recovered': {
    value: 0.25,
    unit: 'of those refused',
    why: 'On a day of new keys people are refused once and then get in; of a broken server nobody recovers.',
  },
  'outage.memory': {
    value: 4 * HOUR,
    unit: 'ms',
    why: 'Half a working day: what was changed in the morning is met at noon by those who come late.',
  },
  'outage.patience': {
    value: 10 * MINUTE,
    unit: 'ms',
    why: 'Where others were refused and helped themselves, a user is given their time, but never so long that most of the window is over.',
  },

  'slow.noise': {
    value: 0.1,
    unit: 'networks an hour',
    why: 'The least that is taken for usual, so that the first passer-by of a quiet host is no attack.',
  },
  'slow.factor': {
    value: 3,
    unit: 'times the usual',
    why: 'The rate that the sum is tuned to see; less is a change of weather.',
  },
  'slow.sum': {
    value: 10,
    unit: 'networks above the usual',
    why: 'An attack is then 3^10 = 59,000 times as likely as chance, which gets there about once in as many networks.',
  },
  'slow.learn': { value: 3 * DAY, unit: 'ms', why: 'Until then what is usual is not known.' },

  'stuck.failures': { value: 12, unit: 'failures in a row', why: 'An hour of a job that runs every five minutes.' },
  'stuck.least': { value: 20 * MINUTE, unit: 'ms', why: 'Somebody who tries all keys is done before.' },
  'stuck.spread': {
    value: 0.5,
    unit: 'deviation of the pauses, of their mean',
    why: 'Jobs are regular, people are not.',
  },

  'blind.silence': { value: 15 * MINUTE, unit: 'ms', why: 'A restart of the host, or of the log, is over by then.' },
  'blind.expected': {
    value: 20,
    unit: 'events',
    why: 'When the quietest such hours of the past days had so many, none is no chance (exp(-20)).',
  },
  'blind.unwatched': {
    value: 5 * MINUTE,
    unit: 'ms',
    why: 'The clock is told each minute; when it was not for so long, nobody was looking.',
  },
  'blind.lines': { value: 200, unit: 'lines', why: 'Of fewer a share says nothing.' },
  'blind.ratio': {
    value: 0.2,
    unit: 'of the lines above the usual',
    why: 'A change of form hits all lines of a source at once.',
  },
  'blind.passes': {
    value: 10,
    unit: 'connections',
    why: 'What the firewall let through without a word of sshd: more than one that went astray.',
  },
  'blind.paired': {
    value: 3,
    unit: 'times',
    why: 'That sshd speaks after the firewall let something through has been seen, and is no guess.',
  },
  'blind.window': { value: 10 * MINUTE, unit: 'ms', why: 'LoginGraceTime and slow flushes of logs are over by then.' },

  'incident.quiet': {
    value: 2 * HOUR,
    unit: 'ms',
    why: 'What tries twice an hour stays one incident; by the evening the morning is over.',
  },
  'incident.before': {
    value: 30 * MINUTE,
    unit: 'ms',
    why: 'A change that broke something is felt by the next who log in.',
  },
  'incident.open': {
    value: 200,
    unit: 'incidents',
    why: 'More at once nobody reads; the oldest of the least urgent are closed.',
  },
} as const satisfies Readonly<Record<string, Limit>>;

export type LimitName = keyof typeof LIMITS;

export const limits: Readonly<Record<string, Limit>> = LIMITS;

export const limit = (name: LimitName): number => LIMITS[name].value;
