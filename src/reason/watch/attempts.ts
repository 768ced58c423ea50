import type { WatchEvent } from '../../model/watch.ts';
import { CLASSES } from './attempt-classes.ts';
import { flat, generations } from './bounded.ts';
import { eventClock } from './clock.ts';
import { type Familiar, type Familiarity, familiar as freshFamiliar, NOBODY } from './familiar.ts';
import { isPrivate, networkOf } from './network.ts';
import { limit } from './thresholds.ts';

/**
 * What an attempt to get in came to. `failed`: something was refused that a person or a program offered; `in`: let in; `left`: went
 * away, or was turned away in the handshake, before it named a user; `dropped`: not listened to at all (penalties, MaxStartups, tcp wrappers).
 */
export interface Attempt {
  readonly kind: 'failed' | 'in' | 'left' | 'dropped';
  /** Of `failed`: a wrong `password`, a `name` that may not log in, or nothing but a `key` (or nothing at all) was offered. */
  readonly way: 'password' | 'name' | 'key' | undefined;
  /** The time to reckon with, epoch milliseconds (see `eventClock`). */
  readonly now: number;
  readonly host: string;
  readonly user: string | undefined;
  /** Whether the account exists, as far as the lines say. */
  readonly exists: boolean | undefined;
  readonly from: string | undefined;
  readonly network: string | undefined;
  /** What was known of user and network before this attempt. */
  readonly known: Familiarity;
  /** Whether anybody logs in from that network, or it is a private one. */
  readonly ours: boolean;
  /** The line that decided. */
  readonly event: WatchEvent;
}

export interface Attempts {
  /**
   * The attempt that this event completes, if any. All detectors of one watch share it: asked again about the event that it
   * saw last it answers the same.
   */
  of(event: WatchEvent): Attempt | undefined;
  tick(now: number): void;
  now(): number;
  readonly familiar: Familiar;
  /** With who is familiar. */
  save(): string;
  load(saved: string): void;
}

/** One process of sshd, or one connection where the log names no process. */
interface Open {
  at: number;
  port: string | undefined;
  from: string | undefined;
  user: string | undefined;
  exists: boolean | undefined;
  /** Failures that were told of. */
  counted: number;
  passwords: number;
  /** Refused by a line that does not say where from. */
  named: boolean;
}

/** Connections whose next line is waited for at a time; the oldest are taken to have ended. */
const MOST = 8192;
/** Of these, the youngest are saved, as far as so many characters hold. */
const SAVED = 2_000_000;

/**
 * What counts as a failed login: each wrong password once, however many lines tell of it; of a connection in which no password was
 * tried, one, whatever it offered (`Invalid user` and what follows it; keys, when the connection is over). Keys that were refused
 * before another one was let in count as nothing: agents offer what they have.
 */
export function attempts(familiar: Familiar = freshFamiliar()): Attempts {
  const clock = eventClock();
  let open = generations<Open>(MOST);
  const silence = limit('attempt.silence');
  let last: WatchEvent | undefined;
  let told: Attempt | undefined;

  function connection(event: WatchEvent, now: number): Open {
    const { pid, port, host } = event;
    const key = pid !== undefined && pid !== 0 ? `${pid} ${host}` : `${event.from} ${port} ${host}`;
    let one = open.get(key);
    const other = one !== undefined && port !== undefined && one.port !== undefined && one.port !== port;
    if (one === undefined || other || Math.abs(now - one.at) > silence) {
      one = {
        at: now,
        port: undefined,
        from: undefined,
        user: undefined,
        exists: undefined,
        counted: 0,
        passwords: 0,
        named: false,
      };
      open.set(key, one);
    }
    one.at = now;
    if (one.port === undefined && port !== undefined) one.port = flat(port);
    if (one.from === undefined && event.from !== undefined) one.from = flat(event.from);
    if (one.user === undefined && event.user !== undefined) one.user = flat(event.user);
    return one;
  }

  function make(
    kind: Attempt['kind'],
    way: Attempt['way'],
    event: WatchEvent,
    one: Open | undefined,
    now: number,
  ): Attempt {
    const from = event.from ?? one?.from;
    const user = event.user ?? one?.user;
    const network = from === undefined ? undefined : networkOf(from);
    // Of what only left nobody asks who it was.
    const asked = kind !== 'left' || event.outcome === 'refused';
    const known = asked ? familiar.of(event.host, user, network ?? from, now) : NOBODY;
    const ours = asked && from !== undefined && (isPrivate(from) || familiar.place(event.host, network ?? from));
    if (kind === 'in' && user !== undefined) familiar.learn(event.host, user, network ?? from, now);
    return {
      kind,
      way,
      now,
      host: event.host,
      user,
      exists: kind === 'in' ? true : one?.exists,
      from,
      network,
      known,
      ours,
      event,
    };
  }

  function failed(way: 'password' | 'name' | 'key', event: WatchEvent, one: Open, now: number): Attempt {
    one.counted += 1;
    return make('failed', way, event, one, now);
  }

  function judge(event: WatchEvent): Attempt | undefined {
    const now = clock.at(event.at);
    const found = CLASSES.get(event.type);
    if (found === undefined) return undefined;
    // Messages of the listener, each about another connection.
    if (found === 'dropped') return make('dropped', undefined, event, undefined, now);
    const one = connection(event, now);
    switch (found) {
      case 'in': {
        const made = make('in', undefined, event, undefined, now);
        one.counted = 0;
        one.passwords = 0;
        return made;
      }
      case 'key':
        one.exists ??= true;
        return undefined;
      case 'left':
        // The words of a scanner come without an address, and the line that has it follows.
        if (one.counted > 0 || one.from === undefined) return undefined;
        one.counted += 1;
        return make('left', undefined, event, one, now);
      case 'unknown-name':
        one.exists = false;
        return one.counted > 0 ? undefined : failed('name', event, one, now);
      case 'named':
        one.exists ??= true;
        if (one.from === undefined) one.named = true;
        return one.counted > 0 || one.from === undefined ? undefined : failed('name', event, one, now);
      case 'password':
      case 'by-method': {
        if (
          found === 'by-method' &&
          event.method !== 'password' &&
          event.method?.startsWith('keyboard-interactive') !== true
        )
          return undefined;
        one.exists ??= event.type !== 'sshd/failed-invalid-user';
        one.passwords += 1;
        return one.passwords > one.counted ? failed('password', event, one, now) : undefined;
      }
      case 'over':
        one.exists ??= event.type !== 'sshd/max-attempts' || undefined;
        return one.counted > 0 ? undefined : failed(one.named ? 'name' : 'key', event, one, now);
    }
  }

  return {
    familiar,
    of(event) {
      if (event === last) return told;
      last = event;
      told = judge(event);
      return told;
    },
    tick: (now) => clock.tick(now),
    now: () => clock.now(),
    save() {
      const now = clock.now();
      const texts: string[] = [];
      let size = 0;
      for (const [key, one] of [...open.entries()].reverse()) {
        if (Math.abs(now - one.at) > silence) continue;
        const text = JSON.stringify([key, one]);
        size += text.length;
        if (size > SAVED) break;
        texts.push(text);
      }
      return JSON.stringify([familiar.save(), clock.save(), texts.reverse()]);
    },
    load(saved) {
      const [known, time, texts] = JSON.parse(saved) as [string, number[], string[]];
      familiar.load(known);
      clock.load(time);
      open = generations<Open>(MOST);
      for (const text of texts) {
        const [key, one] = JSON.parse(text) as [string, Open];
        const { port, from, user, exists } = one;
        open.set(key, { ...one, port, from, user, exists });
      }
      last = undefined;
    },
  };
}
