import type { EventType } from '../../knowledge/events/event.ts';
import { eventTypes } from '../../knowledge/events/index.ts';
import type { WatchEvent } from '../../model/watch.ts';
import { flat } from './bounded.ts';
import { eventClock } from './clock.ts';
import { type Familiar, type Familiarity, familiar as freshFamiliar } from './familiar.ts';
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
}

type Class = 'password' | 'by-method' | 'named' | 'unknown-name' | 'key' | 'over' | 'in' | 'left' | 'dropped';

const KEYS = new Set(['sshd/failed-publickey', 'sshd/failed-certificate', 'sshd/failed-none']);
const OVER = new Set([
  'sshd/closed-unauthenticated',
  'sshd/disconnected-unauthenticated',
  'sshd/disconnecting',
  'sshd/max-attempts',
  'dropbear/exit-refused',
  'dropbear/max-tries',
]);
const PASSWORDS = new Set(['sshd/failed-password', 'sshd/failed-keyboard-interactive', 'dropbear/bad-password']);
const BY_METHOD = new Set(['sshd/failed-invalid-user', 'sshd/failed-other']);
const UNKNOWN = new Set(['sshd/invalid-user', 'dropbear/unknown-user']);
/** Written for connections that had logged in, too, or beside another line that counts. */
const NOT_ALONE = new Set([
  'sshd/received-disconnect',
  'sshd/disconnecting-old',
  'sshd/packet-fatal',
  'sshd/dispatch-fatal',
]);

function classOf({ id, program, outcome, gate }: EventType): Class | undefined {
  if (program !== 'sshd' && program !== 'dropbear') return undefined;
  if (outcome === 'in') return 'in';
  if (NOT_ALONE.has(id)) return undefined;
  if (KEYS.has(id)) return 'key';
  if (OVER.has(id)) return 'over';
  if (PASSWORDS.has(id)) return 'password';
  if (BY_METHOD.has(id)) return 'by-method';
  if (UNKNOWN.has(id)) return 'unknown-name';
  if (outcome === 'left') return 'left';
  if (outcome !== 'refused') return undefined;
  if (gate === 'auth') return 'named';
  if (gate === 'admission' && id !== 'sshd/grace-timeout' && id !== 'sshd/grace-alarm') return 'dropped';
  return gate === 'daemon' ? undefined : 'left';
}

const CLASSES: ReadonlyMap<string, Class> = new Map(
  eventTypes.flatMap((type) => {
    const found = classOf(type);
    return found === undefined ? [] : [[type.id, found] as const];
  }),
);

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

/** Connections whose next line is waited for at a time; the oldest is taken to have ended. */
const MOST = 8192;

/**
 * What counts as a failed login: each wrong password once, however many lines tell of it; of a connection in which no password was
 * tried, one, whatever it offered (`Invalid user` and what follows it; keys, when the connection is over). Keys that were refused
 * before another one was let in count as nothing: agents offer what they have.
 */
export function attempts(familiar: Familiar = freshFamiliar()): Attempts {
  const clock = eventClock();
  const open = new Map<string, Open>();
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
      open.delete(key);
      open.set(flat(key), one);
      if (open.size > MOST) open.delete(open.keys().next().value as string);
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
    const known = familiar.of(event.host, user, network ?? from, now);
    const ours = from !== undefined && (isPrivate(from) || familiar.place(event.host, network ?? from));
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
  };
}
