import type { Detector, Signal, WatchEvent } from '../../../model/watch.ts';
import { noSignals } from '../about.ts';
import type { Attempt, Attempts } from '../attempts.ts';
import { bounded, flat } from '../bounded.ts';
import { kept } from '../evidence.ts';
import { refill, savedOf } from '../saved.ts';
import { limit } from '../thresholds.ts';
import { span } from '../words.ts';

interface Tried {
  readonly at: number;
  /** Since when nothing lets this user in; of one who is in the time of that. */
  readonly since: number;
  readonly refused: boolean;
  /** Was refused within the window, and is in now: what it offers is accepted after all. */
  readonly recovered: boolean;
  readonly event: WatchEvent | undefined;
}

interface Host {
  /** Users of ours, and what became of their last try; the one that tried last at the end. */
  readonly tried: Map<string, Tried>;
  refused: number;
  recovered: number;
  /** Users refused from which it is told of again; 0 while nothing is wrong. */
  next: number;
  /** Of those who were refused and got in by themselves of late: when, and how long it took them. */
  helped: readonly { readonly at: number; readonly took: number }[];
}

type Saved = Omit<Host, 'tried' | 'helped'> & {
  readonly helped?: Host['helped'];
  readonly tried: readonly (readonly [string, Omit<Tried, 'since'> & { readonly since?: number }])[];
};

const NAME = 'outage';
const USERS = limit('outage.users');
const WINDOW = limit('outage.window');
const SHARE = limit('outage.share');
const RECOVERED = limit('outage.recovered');
const MEMORY = limit('outage.memory');
const PATIENCE = limit('outage.patience');
const AGAIN = 4;
const HELPED = 64;
const HOSTS = 128;
const MOST = 512;
const EVIDENCE = 20;

/**
 * How long a refused user is given before it counts, ms: as long as others needed to get in who were refused before. Where keys were
 * changed in the morning, those who come at noon stumble as well, and a few of them at once look like a broken server until
 * they had that time. The second longest, because one alone may have gone for coffee; 0 when nobody was refused and helped themselves.
 */
function patienceOf({ helped }: Host, now: number): number {
  const [, second = 0] = helped
    .filter(({ at }) => now - at <= MEMORY)
    .map(({ took }) => took)
    .sort((a, b) => b - a);
  return Math.min(second, PATIENCE);
}

/** Our own users are refused, several of them, from where they always log in, and most of those who try: the server is at fault. */
export function outage(attempts: Attempts): Detector {
  let hosts = bounded<Host>(HOSTS, HOSTS);

  function drop(host: Host, who: string, one: Tried): void {
    host.tried.delete(who);
    if (one.refused) host.refused -= 1;
    if (one.recovered) host.recovered -= 1;
  }

  function forget(host: Host, now: number): void {
    for (const [who, one] of host.tried) {
      if (now - one.at <= WINDOW && one.at - now <= WINDOW && host.tried.size <= MOST) break;
      drop(host, who, one);
    }
    if (host.refused < USERS / 2) host.next = 0;
  }

  /** Of a connection that was refused before it named a user the address stands for one. */
  function whoOf({ kind, user, from, known, ours, event }: Attempt): string | undefined {
    if (kind === 'in') return user;
    if (kind === 'failed') return known.of === 'network' ? user : undefined;
    const turnedAway = kind === 'dropped' || event.outcome === 'refused';
    return turnedAway && ours ? from : undefined;
  }

  function judge(attempt: Attempt): readonly Signal[] {
    const { now, event, kind } = attempt;
    const who = whoOf(attempt);
    if (who === undefined) return noSignals;
    const host = hosts.touch(attempt.host, () => ({ tried: new Map(), refused: 0, recovered: 0, next: 0, helped: [] }));
    const before = host.tried.get(who);
    if (before !== undefined) drop(host, who, before);
    const refused = kind !== 'in';
    const recovered = !refused && (before?.refused === true || before?.recovered === true);
    // Of an outage that was told of nobody helped themselves: it was repaired.
    if (!refused && before?.refused === true && host.next === 0 && now - before.since <= WINDOW)
      host.helped = [...host.helped, { at: now, took: Math.max(0, now - before.since) }].slice(-HELPED);
    const since = refused && before?.refused === true ? before.since : now;
    host.tried.set(flat(who), { at: now, since, refused, recovered, event: refused ? kept(event) : undefined });
    if (refused) host.refused += 1;
    if (recovered) host.recovered += 1;
    forget(host, now);
    return refused ? told(attempt.host, host, now, patienceOf(host, now)) : noSignals;
  }

  function told(name: string, host: Host, now: number, patience: number): readonly Signal[] {
    const { size } = host.tried;
    const least = Math.max(USERS, host.next);
    if (host.refused < least || host.refused < size * SHARE) return noSignals;
    // When keys or passwords are changed people stumble, and get in.
    if (host.recovered >= host.refused * RECOVERED) return noSignals;
    const out = [...host.tried].filter(([, one]) => one.refused && now - one.since >= patience);
    if (out.length < least) return noSignals;
    host.next = out.length * AGAIN;
    return [
      {
        detector: NAME,
        at: now,
        urgency: 'page',
        about: { host: name },
        says: `${out.length} of ${size} users who tried within ${span(WINDOW)} were refused where they always log in from: ${out
          .slice(0, 5)
          .map(([user]) => user)
          .join(', ')}${out.length > 5 ? ' and others' : ''}.`,
        measure: { seen: out.length, tried: size, limit: USERS, windowMs: WINDOW },
        evidence: out.flatMap(([, one]) => (one.event === undefined ? [] : [one.event])).slice(-EVIDENCE),
      },
    ];
  }

  return {
    name: NAME,
    see(event) {
      const attempt = attempts.of(event);
      return attempt === undefined ? noSignals : judge(attempt);
    },
    tick(now) {
      attempts.tick(now);
      const signals: Signal[] = [];
      for (const [name, host] of hosts.entries()) {
        const at = attempts.now();
        forget(host, at);
        // Somebody may have tried once, and waits since.
        const patience = patienceOf(host, at);
        if (patience > 0) signals.push(...told(name, host, at, patience));
      }
      return signals;
    },
    save: () =>
      savedOf(hosts, (one) =>
        one.tried.size === 0 && one.helped.length === 0 ? undefined : { ...one, tried: [...one.tried] },
      ),
    load(saved) {
      hosts = bounded<Host>(HOSTS, HOSTS);
      // What an older release saved has neither `since` nor `helped`.
      refill(hosts, saved, ({ helped = [], ...one }: Saved) => ({
        ...one,
        helped,
        tried: new Map(
          one.tried.map(([who, what]) => [who, { ...what, since: what.since ?? what.at, event: what.event }]),
        ),
      }));
    },
  };
}
