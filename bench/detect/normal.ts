import type { Random } from './random.ts';
import type { Host } from './templates.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
export const DAY = 24 * HOUR;

export interface Person {
  readonly name: string;
  readonly password: boolean;
  readonly home: string;
  /** Hour at which the day begins, and how many hours it has. */
  readonly begins: number;
  readonly hours: number;
  readonly logins: number;
}

/** Who works on the host, and what works by itself. */
export interface Company {
  readonly people: readonly Person[];
  /** The address behind which the office is. */
  readonly office: string;
  readonly crons: readonly { readonly user: string; readonly from: string; readonly everyMs: number }[];
  readonly balancer: string;
  /** The administrator comes as root from there. */
  readonly administrator: string;
  /** Addresses of the Internet that come again and again. */
  readonly regulars: readonly string[];
}

const NAMES = ['anna', 'ben', 'carla', 'dirk', 'emma', 'felix', 'greta', 'hans', 'ines', 'jonas', 'karin', 'lars'];
const GUESSED = ['admin', 'test', 'oracle', 'ubuntu', 'postgres', 'git', 'pi', 'user', 'deploy', 'ftpuser', 'support'];

/** Not of the networks that are anybody's here. */
export const stranger = (random: Random): string =>
  random.next() < 0.93
    ? `${random.pick([45, 61, 91, 103, 141, 159, 185, 193, 218])}.${random.upTo(256)}.${random.upTo(256)}.${1 + random.upTo(254)}`
    : `2001:db8:${random.upTo(65_536).toString(16)}:${random.upTo(65_536).toString(16)}::${1 + random.upTo(99)}`;

export function company(random: Random): Company {
  const size = 7 + random.upTo(6);
  const people = NAMES.slice(0, size).map((name, i) => ({
    name,
    password: random.next() < 0.4,
    home: `198.18.${i}.${1 + random.upTo(250)}`,
    begins: 7 + random.upTo(3),
    hours: 7 + random.upTo(4),
    logins: 3 + random.upTo(8),
  }));
  return {
    people,
    office: '198.51.100.7',
    crons: [
      { user: 'backup', from: '10.0.5.11', everyMs: 15 * MINUTE },
      { user: 'deploy', from: '10.0.5.12', everyMs: 30 * MINUTE },
      { user: 'metrics', from: '192.0.2.44', everyMs: 10 * MINUTE },
    ],
    balancer: '10.0.0.5',
    administrator: '198.51.100.9',
    regulars: Array.from({ length: 12 }, () => stranger(random)),
  };
}

/** What one day leaves out or does otherwise. */
export interface Otherwise {
  /** Users who do not log in of themselves. */
  readonly without?: ReadonlySet<string>;
  /** Times the usual of the Internet. */
  readonly noise?: number;
}

/** A login as the person does it mostly: sometimes the first password is wrong, sometimes there are keys too many. */
export function logsIn(host: Host, random: Random, at: number, { name, password }: Person, from: string): void {
  const dice = random.next();
  if (password) host.attempt(at, dice < 0.08 ? 'typo-then-login' : 'login-password', from, name);
  else host.attempt(at, dice < 0.1 ? 'keys-refused-then-login' : 'login-key', from, name);
}

/** One day without an attack. Returns who logged in from a place that is new: `new-source` may tell of it. */
export function normalDay(
  host: Host,
  random: Random,
  { people, office, crons, balancer, administrator, regulars }: Company,
  start: number,
  otherwise: Otherwise = {},
): string[] {
  const travelled: string[] = [];
  const weekday = new Date(start).getUTCDay();
  const works = weekday >= 1 && weekday <= 5;
  for (const person of people) {
    if (otherwise.without?.has(person.name)) continue;
    const begins = start + person.begins * HOUR;
    const logins = works ? person.logins : random.next() < 0.2 ? 1 + random.upTo(2) : 0;
    const place = random.next() < 0.6 ? office : person.home;
    for (let i = 0; i < logins; i++) logsIn(host, random, begins + random.next() * person.hours * HOUR, person, place);
    if (logins > 0 && random.next() < 0.015) {
      const hotel = stranger(random);
      travelled.push(hotel);
      logsIn(host, random, begins + random.next() * 12 * HOUR, person, hotel);
    }
    // Somebody has forgotten: some tries, a pause, some more, and in.
    if (person.password && logins > 0 && random.next() < 0.06) {
      const at = begins + random.next() * person.hours * HOUR;
      const tries = 1 + random.upTo(2);
      for (let i = 0; i < tries; i++) host.attempt(at + i * 40_000, 'password-3', place, person.name);
      host.attempt(at + tries * 60_000, 'password-1', place, person.name);
      host.attempt(at + (tries + 2) * 60_000, 'login-password', place, person.name);
    }
  }
  if (works && random.next() < 0.7)
    host.attempt(start + (8 + random.next() * 9) * HOUR, 'login-key', administrator, 'root');
  for (const { user, from, everyMs } of crons) {
    for (let at = start + 20_000; at < start + DAY; at += everyMs)
      host.attempt(at + random.upTo(2000), 'login-key', from, user);
  }
  for (let at = start + 7000; at < start + DAY; at += 60_000)
    host.attempt(at + random.upTo(300), 'connect-and-close', balancer);
  for (let at = start; at < start + DAY; at += 10 * MINUTE)
    host.other(at, 'CRON', 'pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)');

  internet(host, random, regulars, start, otherwise.noise ?? 1);
  return travelled;
}

/** Passers-by with a guess or two, some that come again every few hours, and scanners. */
function internet(host: Host, random: Random, regulars: readonly string[], start: number, times: number): void {
  const kinds = [
    'unknown-password-1',
    'unknown-password-1',
    'unknown-key',
    'root-password-1',
    'unknown-password-3',
  ] as const;
  const guess = (at: number, from: string): void => {
    const kind = random.pick(kinds);
    host.attempt(at, kind, from, kind.startsWith('root') ? undefined : random.pick(GUESSED));
  };
  for (let at = start; ; ) {
    at += random.pause((4 * MINUTE) / times);
    if (at >= start + DAY) break;
    const from = stranger(random);
    const dice = random.next();
    if (dice < 0.2) scan(host, random, at, from);
    // Now and then somebody guesses the name of one of ours.
    else if (dice < 0.206) host.attempt(at, 'password-1', from, random.pick(NAMES));
    else for (let i = 0, n = 1 + random.upTo(4); i < n; i++) guess(at + i * random.between(20_000, 200_000), from);
  }
  for (const from of regulars) for (let i = 0, n = random.upTo(9); i < n; i++) guess(start + random.next() * DAY, from);
}

/** Connections that never name a user. */
export function scan(host: Host, random: Random, at: number, from: string, many = 1 + random.upTo(12)): void {
  for (let i = 0; i < many; i++)
    host.attempt(
      at + i * random.between(300, 5000),
      random.pick(['keyscan', 'http', 'banner-and-close', 'old-cipher', 'connect-and-close']),
      from,
    );
}
