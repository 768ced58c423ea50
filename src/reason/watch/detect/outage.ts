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
}

const NAME = 'outage';
const USERS = limit('outage.users');
const WINDOW = limit('outage.window');
const SHARE = limit('outage.share');
const RECOVERED = limit('outage.recovered');
const AGAIN = 4;
const HOSTS = 128;
const MOST = 512;
const EVIDENCE = 20;

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
    const host = hosts.touch(attempt.host, () => ({ tried: new Map(), refused: 0, recovered: 0, next: 0 }));
    const before = host.tried.get(who);
    if (before !== undefined) drop(host, who, before);
    const refused = kind !== 'in';
    const recovered = !refused && (before?.refused === true || before?.recovered === true);
    host.tried.set(flat(who), { at: now, refused, recovered, event: refused ? kept(event) : undefined });
    if (refused) host.refused += 1;
    if (recovered) host.recovered += 1;
    forget(host, now);
    const { size } = host.tried;
    if (!refused || host.refused < Math.max(USERS, host.next) || host.refused < size * SHARE) return noSignals;
    // When keys or passwords are changed people stumble, and get in.
    if (host.recovered >= host.refused * RECOVERED) return noSignals;
    host.next = host.refused * AGAIN;
    const out = [...host.tried].filter(([, one]) => one.refused);
    return [
      {
        detector: NAME,
        at: now,
        urgency: 'page',
        about: { host: attempt.host },
        says: `${host.refused} of ${size} users who tried within ${span(WINDOW)} were refused where they always log in from: ${out
          .slice(0, 5)
          .map(([name]) => name)
          .join(', ')}${out.length > 5 ? ' and others' : ''}.`,
        measure: { seen: host.refused, tried: size, limit: USERS, windowMs: WINDOW },
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
      for (const [, host] of hosts.entries()) forget(host, attempts.now());
      return noSignals;
    },
    save: () => savedOf(hosts, (one) => (one.tried.size === 0 ? undefined : { ...one, tried: [...one.tried] })),
    load(saved) {
      hosts = bounded<Host>(HOSTS, HOSTS);
      refill(hosts, saved, (one: Omit<Host, 'tried'> & { readonly tried: readonly [string, Tried][] }) => ({
        ...one,
        tried: new Map(one.tried.map(([who, what]) => [who, { ...what, event: what.event }])),
      }));
    },
  };
}
