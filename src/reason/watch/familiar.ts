import { bounded, flat } from './bounded.ts';

/** `network`: the user has logged in from there before; `user`: from elsewhere; `nobody`: has never logged in. */
export interface Familiarity {
  readonly of: 'network' | 'user' | 'nobody';
  /** Days from the first login that was seen of the user until now. */
  readonly days: number;
  readonly logins: number;
}

/** Who logs in from where, learnt from logins that succeeded. A place is a network, or what stands for the address in the log. */
export interface Familiar {
  of(host: string, user: string | undefined, place: string | undefined, now: number): Familiarity;
  /** Whether anybody has logged in from there. */
  place(host: string, place: string | undefined): boolean;
  /** Days since the first login of anybody. */
  days(now: number): number;
  learn(host: string, user: string, place: string | undefined, now: number): void;
  save(): string;
  load(saved: string): void;
}

interface Person {
  first: number;
  logins: number;
  /** Networks, the one that was used last at the end. */
  places: Map<string, number>;
}

/** Users that are remembered, and networks of each. At 32 networks of 50 bytes that is less than 8 MB saved. */
const USERS = 4096;
const PLACES = 32;
const DAY = 86_400_000;
/** Places that are remembered beside those of the users that are. */
const EVERYWHERE = 4096;
const NOBODY: Familiarity = { of: 'nobody', days: 0, logins: 0 };

/** Empty at first. Hosts are told apart: alice of one is not alice of another. */
export function familiar(): Familiar {
  const people = bounded<Person>(USERS / 4, (USERS * 3) / 4);
  const places = bounded<true>(EVERYWHERE, EVERYWHERE);
  let since = Number.POSITIVE_INFINITY;
  return {
    place: (host, place) => place !== undefined && places.get(`${host} ${place}`) === true,
    days: (now) => Math.max(0, now - since) / DAY,
    of(host, user, place, now) {
      const person = user === undefined ? undefined : people.get(`${host} ${user}`);
      if (person === undefined) return NOBODY;
      const here = place !== undefined && person.places.has(place);
      return { of: here ? 'network' : 'user', days: Math.max(0, now - person.first) / DAY, logins: person.logins };
    },
    learn(host, user, place, now) {
      const person = people.touch(`${host} ${user}`, () => ({ first: now, logins: 0, places: new Map() }));
      person.logins += 1;
      if (now < since) since = now;
      if (now < person.first) person.first = now;
      if (place === undefined) return;
      places.touch(`${host} ${place}`, () => true);
      person.places.delete(place);
      person.places.set(flat(place), now);
      if (person.places.size > PLACES) person.places.delete(person.places.keys().next().value as string);
    },
    save: () =>
      JSON.stringify(
        [...people.entries()].map(([who, { first, logins, places }]) => [who, first, logins, [...places]]),
      ),
    load(saved) {
      for (const [who, first, logins, used] of JSON.parse(saved) as [string, number, number, [string, number][]][]) {
        people.restore([[who, { first, logins, places: new Map(used) }]]);
        for (const [place] of used) places.touch(`${who.slice(0, who.indexOf(' '))} ${place}`, () => true);
        if (first < since) since = first;
      }
    },
  };
}
