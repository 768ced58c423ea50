import { type Company, DAY, logsIn, type Otherwise, type Person, scan, stranger } from './normal.ts';
import type { Random } from './random.ts';
import type { Host, Written } from './templates.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** What was done on a day, and what there is to find of it. */
export interface Truth {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  /** Detectors that have to tell of it. */
  readonly expects: readonly string[];
  /** Addresses that it came from; undefined: it is about the whole host. */
  readonly from?: ReadonlySet<string>;
  /** When what a detector waits for happened, where that is not the start. */
  readonly decisive?: number;
  /** Somebody has to be paged, must not be, or it is not judged. */
  readonly page: 'must' | 'never';
}

export interface Told {
  readonly truth: Truth;
  readonly otherwise?: Otherwise;
  /** What becomes of the lines of the day. */
  readonly through?: (line: Written) => Written | undefined;
}

export interface World {
  readonly host: Host;
  readonly random: Random;
  readonly company: Company;
  /** Midnight. */
  readonly day: number;
}

const NAMES = [
  'admin',
  'test',
  'oracle',
  'ubuntu',
  'postgres',
  'git',
  'pi',
  'user',
  'ftpuser',
  'support',
  'nagios',
  'tomcat',
  'www',
  'dev',
  'jenkins',
  'ansible',
  'hadoop',
  'mysql',
  'redis',
  'elastic',
  'zabbix',
  'vagrant',
  'student',
  'guest',
  'minecraft',
  'odoo',
  'steam',
  'teamspeak',
  'web',
  'demo',
];

const morning = ({ random, day }: World): number => day + random.between(1, 14) * HOUR;
const someone = ({ random, company: { people } }: World): Person => random.pick(people);

function bySource(world: World, kind: string, many: number, pause: () => number, templates: readonly string[]): Told {
  const { host, random } = world;
  const from = stranger(random);
  const start = morning(world);
  let at = start;
  for (let i = 0; i < many; i++) {
    const template = random.pick(templates);
    host.attempt(
      at,
      template,
      from,
      template.startsWith('root')
        ? undefined
        : template.startsWith('unknown')
          ? random.pick(NAMES)
          : someone(world).name,
    );
    at += pause();
  }
  return { truth: { kind, start, end: at, expects: ['by-source'], from: new Set([from]), page: 'never' } };
}

const GUESSES = ['root-password-6', 'unknown-password-3', 'root-password-1', 'password-6'];
const SINGLE = ['root-password-1', 'unknown-password-1'];

/** Of the morning of a working day: everybody is at work. */
function crowd(world: World, template: string): { told: (at: number, person: Person) => void; place: string } {
  const place = world.company.office;
  return { place, told: (at, { name }) => world.host.attempt(at, template, place, name) };
}

export const ATTACKS: Readonly<Record<string, (world: World) => Told>> = {
  'brute force, fast': (world) =>
    bySource(
      world,
      'brute force, fast',
      40 + world.random.upTo(200),
      () => world.random.between(2, 8) * SECOND,
      GUESSES,
    ),
  'brute force, below usual bans': (world) =>
    bySource(
      world,
      'brute force, below usual bans',
      60 + world.random.upTo(60),
      () => world.random.between(110, 170) * SECOND,
      SINGLE,
    ),
  'brute force, slow': (world) =>
    bySource(world, 'brute force, slow', 80, () => world.random.between(13, 20) * MINUTE, SINGLE),
  'brute force, one network': (world) => {
    const { host, random } = world;
    const net = stranger(random).replace(/(?:\.\d+|::\w+)$/, '');
    const addresses = Array.from({ length: 6 + random.upTo(20) }, (_, i) =>
      net.includes(':') ? `${net}::${i + 1}` : `${net}.${10 + i}`,
    );
    const start = morning(world);
    let at = start;
    for (let i = 0; i < 80; i++) {
      const template = random.pick(SINGLE);
      host.attempt(at, template, random.pick(addresses), template.startsWith('root') ? undefined : random.pick(NAMES));
      at += random.between(1, 6) * MINUTE;
    }
    return {
      truth: {
        kind: 'brute force, one network',
        start,
        end: at,
        expects: ['by-network'],
        from: new Set(addresses),
        page: 'never',
      },
    };
  },
  'guessing, then in': (world) => {
    const { host, random, company } = world;
    const from = stranger(random);
    const victim = random.pick(company.people);
    const start = morning(world);
    let at = start;
    for (let i = 0, n = 12 + random.upTo(60); i < n; i++) {
      host.attempt(at, 'password-1', from, victim.name);
      at += random.between(3, 40) * SECOND;
    }
    host.attempt(at, 'login-password', from, victim.name);
    return {
      truth: {
        kind: 'guessing, then in',
        start,
        decisive: at,
        end: at + HOUR,
        expects: ['success-after-failures'],
        from: new Set([from]),
        page: 'must',
      },
    };
  },
  'stolen passwords, then in': (world) => {
    const { host, random, company } = world;
    const from = stranger(random);
    const start = morning(world);
    let at = start;
    const names = [
      ...NAMES.slice(0, 3 + random.upTo(4)),
      ...company.people.slice(1, 2 + random.upTo(3)).map(({ name }) => name),
    ];
    for (const name of names) {
      host.attempt(at, NAMES.includes(name) ? 'unknown-password-1' : 'password-1', from, name);
      at += random.between(5, 300) * SECOND;
    }
    host.attempt(at, 'login-password', from, (company.people[0] as Person).name);
    return {
      truth: {
        kind: 'stolen passwords, then in',
        start,
        decisive: at,
        end: at + HOUR,
        expects: ['success-after-failures'],
        from: new Set([from]),
        page: 'must',
      },
    };
  },
  'spraying from one address': (world) => {
    const { host, random, company } = world;
    const from = stranger(random);
    const start = morning(world);
    let at = start;
    for (const name of [...NAMES, ...company.people.map(({ name }) => name)].toSorted(() => random.next() - 0.5)) {
      host.attempt(at, NAMES.includes(name) ? 'unknown-password-1' : 'password-1', from, name);
      at += random.between(20, 400) * SECOND;
    }
    return {
      truth: {
        kind: 'spraying from one address',
        start,
        end: at,
        expects: ['spraying'],
        from: new Set([from]),
        page: 'never',
      },
    };
  },
  'slow, from everywhere': (world) => {
    const { host, random } = world;
    const from = new Set<string>();
    const start = morning(world);
    let at = start;
    for (let i = 0, n = 40 + random.upTo(40); i < n; i++) {
      const one = stranger(random);
      from.add(one);
      host.attempt(at, 'password-1', one, someone(world).name);
      at += random.pause(12 * MINUTE);
    }
    return {
      truth: { kind: 'slow, from everywhere', start, end: at, expects: ['slow-distributed'], from, page: 'never' },
    };
  },
  'from everywhere, then in': (world) => {
    const { host, random } = world;
    const from = new Set<string>();
    const victim = someone(world);
    const start = morning(world);
    let at = start;
    for (let i = 0, n = 12 + random.upTo(20); i < n; i++) {
      const one = stranger(random);
      from.add(one);
      host.attempt(at, 'password-1', one, victim.name);
      at += random.pause(9 * MINUTE);
    }
    const last = stranger(random);
    from.add(last);
    host.attempt(at, 'login-password', last, victim.name);
    return {
      truth: {
        kind: 'from everywhere, then in',
        start,
        decisive: at,
        end: at + HOUR,
        expects: ['success-after-failures'],
        from,
        page: 'must',
      },
    };
  },
  'root from a new place after failures': (world) => {
    const { host, random } = world;
    const from = stranger(random);
    const start = morning(world);
    let at = start;
    for (let i = 0, n = 3 + random.upTo(4); i < n; i++) {
      host.attempt(at, 'root-password-1', from);
      at += random.between(10, 60) * SECOND;
    }
    host.attempt(at, 'login-password', from, 'root');
    return {
      truth: {
        kind: 'root from a new place after failures',
        start,
        decisive: at,
        end: at + HOUR,
        expects: ['new-source'],
        from: new Set([from]),
        page: 'must',
      },
    };
  },
  'a change keeps everybody out': (world) => {
    const { host, random, company, day } = world;
    const begins = day + 9.5 * HOUR;
    const until = begins + 40 * MINUTE;
    const { told, place } = crowd(world, random.next() < 0.5 ? 'not-allowed' : 'key-refused');
    host.attempt(begins, 'reload', place);
    for (const person of company.people) {
      logsIn(host, random, day + (8 + random.next()) * HOUR, person, place);
      for (let at = begins + random.next() * 25 * MINUTE; at < until; at += random.between(30, 500) * SECOND)
        told(at, person);
      logsIn(host, random, until + (1 + random.upTo(200)) * MINUTE, person, place);
    }
    host.attempt(until, 'reload', place);
    return {
      truth: {
        kind: 'a change keeps everybody out',
        start: begins,
        end: until + HOUR,
        expects: ['outage'],
        page: 'must',
      },
      otherwise: { without: new Set(company.people.map(({ name }) => name)) },
    };
  },
  'more noise than ever': (world) => {
    const { random, day, host } = world;
    const start = day + random.between(1, 20) * HOUR;
    const from = new Set<string>();
    for (let i = 0, n = 250 + random.upTo(400); i < n; i++) {
      const one = stranger(random);
      from.add(one);
      host.attempt(
        start + random.next() * 50 * MINUTE,
        random.pick(SINGLE),
        one,
        random.next() < 0.3 ? undefined : random.pick(NAMES),
      );
    }
    return {
      truth: { kind: 'more noise than ever', start, end: start + 1.5 * HOUR, expects: ['spike'], from, page: 'never' },
    };
  },
  'sshd is not heard': (world) => {
    const start = morning(world);
    const end = start + 2 * HOUR;
    return {
      truth: { kind: 'sshd is not heard', start, end: end + HOUR, expects: ['blindness'], page: 'must' },
      through: (line) => (line.at >= start && line.at < end && / sshd[\w-]*\[/.test(line.text) ? undefined : line),
    };
  },
  'lines in another form': (world) => {
    const start = morning(world);
    const end = start + 3 * HOUR;
    return {
      truth: { kind: 'lines in another form', start, end: end + HOUR, expects: ['blindness'], page: 'must' },
      through: (line) =>
        line.at >= start && line.at < end ? { at: line.at, text: `#5 ${line.text.slice(32)}` } : line,
    };
  },
  'a ban of ours': (world) => {
    const { host, random, company, day } = world;
    const at = day + random.between(9, 16) * HOUR;
    host.attempt(at, 'fail2ban', company.office, someone(world).name);
    return {
      truth: {
        kind: 'a ban of ours',
        start: at,
        end: at + HOUR,
        expects: ['ban-of-ours'],
        from: new Set([company.office]),
        page: 'never',
      },
    };
  },
  'a job with a wrong key': (world) => {
    const { host, random, company, day } = world;
    const { user, from } = random.pick(company.crons);
    const start = day + random.between(1, 8) * HOUR;
    const every = random.pick([1, 5, 10]) * MINUTE;
    for (let at = start; at < day + DAY; at += every)
      host.attempt(at + random.upTo(3000), 'key-refused', from, `${user}2`);
    return {
      truth: {
        kind: 'a job with a wrong key',
        start,
        end: day + DAY,
        expects: ['stuck-client'],
        from: new Set([from]),
        page: 'never',
      },
    };
  },
  'a job with a wrong key, known user': (world) => {
    const { host, random, company, day } = world;
    const { user } = random.pick(company.crons);
    const start = day + random.between(1, 8) * HOUR;
    for (let at = start; at < day + DAY; at += 5 * MINUTE)
      host.attempt(at + random.upTo(3000), 'key-refused', '10.0.5.77', user);
    return {
      truth: {
        kind: 'a job with a wrong key, known user',
        start,
        end: day + DAY,
        expects: ['stuck-client'],
        from: new Set(['10.0.5.77']),
        page: 'never',
      },
    };
  },
  'a day of new keys': (world) => {
    const { host, random, company, day } = world;
    const place = company.office;
    for (const person of company.people) {
      let at = day + person.begins * HOUR + random.next() * 3 * HOUR;
      for (let i = 0, n = 1 + random.upTo(3); i < n; i++) {
        host.attempt(at, random.next() < 0.3 ? 'too-many-keys' : 'key-refused', place, person.name);
        at += random.between(20, 400) * SECOND;
      }
      host.attempt(at, 'login-key', place, person.name);
      for (let i = 0; i < person.logins; i++)
        host.attempt(at + random.next() * 6 * HOUR, 'login-key', place, person.name);
    }
    return {
      truth: {
        kind: 'a day of new keys',
        start: day,
        end: day + DAY,
        expects: [],
        from: new Set([place]),
        page: 'never',
      },
      otherwise: { without: new Set(company.people.map(({ name }) => name)) },
    };
  },
  'a scanner': (world) => {
    const from = stranger(world.random);
    const start = morning(world);
    for (let i = 0; i < 5; i++) scan(world.host, world.random, start + i * 10 * MINUTE, from, 40);
    return {
      truth: { kind: 'a scanner', start, end: start + 2 * HOUR, expects: [], from: new Set([from]), page: 'never' },
    };
  },
  'a further health check': (world) => {
    const from = '10.0.0.6';
    for (let at = world.day; at < world.day + DAY; at += 10 * SECOND) world.host.attempt(at, 'banner-and-close', from);
    return {
      truth: {
        kind: 'a further health check',
        start: world.day,
        end: world.day + DAY,
        expects: [],
        from: new Set([from]),
        page: 'never',
      },
    };
  },
  'a forgetful user': (world) => {
    const { host, random, company } = world;
    const person = someone(world);
    const from = random.next() < 0.5 ? company.office : person.home;
    const start = world.day + random.between(9, 16) * HOUR;
    let at = start;
    for (let i = 0, n = 2 + random.upTo(3); i < n; i++) {
      host.attempt(at, random.next() < 0.5 ? 'password-3' : 'password-1', from, person.name);
      at += random.between(20, 120) * SECOND;
    }
    host.attempt(at, 'login-password', from, person.name);
    return {
      truth: { kind: 'a forgetful user', start, end: at + HOUR, expects: [], from: new Set([from]), page: 'never' },
    };
  },
};
