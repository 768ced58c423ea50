import type { Detector, Signal } from '../../../model/watch.ts';
import type { Attempt, Attempts } from '../attempts.ts';
import { bounded } from '../bounded.ts';
import { type Bucket, bucket, pour } from '../bucket.ts';
import { type Evidence, evidence, shown, witness } from '../evidence.ts';
import { limit } from '../thresholds.ts';
import { span } from '../words.ts';

interface Source {
  readonly buckets: readonly [Bucket, Bucket, Bucket];
  readonly evidence: Evidence;
  /** Of each speed, what has to be reached before it is told of again. */
  readonly next: [number, number, number];
  user: string | undefined;
  users: 1 | 2;
}

const NAME = 'by-source';
const SPEEDS = [
  { name: 'fast', limit: limit('by-source.fast'), windowMs: limit('by-source.fast-window') },
  { name: 'medium', limit: limit('by-source.medium'), windowMs: limit('by-source.medium-window') },
  { name: 'slow', limit: limit('by-source.slow'), windowMs: limit('by-source.slow-window') },
] as const;

/** Addresses that came once or twice, and those that came more often. */
const PASSING = 16_384;
const STEADY = 4096;

/**
 * Too many failures of one address, at three speeds: programs that hurry, that stay below usual bans, and that take days. A
 * key that one account offers in vain is a machine that nobody told (`stuck-client`), and does not count.
 */
export function bySource(attempts: Attempts): Detector {
  const sources = bounded<Source>(PASSING, STEADY);

  function judge(attempt: Attempt): readonly Signal[] {
    const { from, now, event, user } = attempt;
    if (from === undefined) return [];
    const source = sources.touch(from, () => ({
      buckets: [bucket(now), bucket(now), bucket(now)],
      evidence: evidence(event),
      next: [SPEEDS[0].limit, SPEEDS[1].limit, SPEEDS[2].limit],
      user,
      users: 1,
    }));
    if (source.user !== user) source.users = 2;
    if (attempt.way === 'key' && source.users === 1) return [];
    if (source.evidence.first.id !== event.id) witness(source.evidence, event);
    const signals: Signal[] = [];
    for (let i = 0; i < SPEEDS.length; i++) {
      const speed = SPEEDS[i] as (typeof SPEEDS)[number];
      const seen = pour(source.buckets[i] as Bucket, now, speed.windowMs);
      // Quiet again: what comes later is told of anew.
      if (seen < speed.limit / 2) source.next[i] = speed.limit;
      if (seen < (source.next[i] as number)) continue;
      source.next[i] = seen * 4;
      signals.push({
        detector: NAME,
        at: now,
        urgency: 'note',
        about: about(attempt),
        says: `${from} failed ${Math.round(seen)} times in ${span(speed.windowMs)}${source.users === 1 && user !== undefined ? ` as ${user}` : ', as several users'}.`,
        measure: { seen: Math.round(seen), limit: speed.limit, windowMs: speed.windowMs },
        evidence: shown(source.evidence),
      });
    }
    return signals;
  }

  return {
    name: NAME,
    see(event) {
      const attempt = attempts.of(event);
      return attempt?.kind === 'failed' ? judge(attempt) : [];
    },
    tick(now) {
      attempts.tick(now);
      return [];
    },
  };
}

const about = ({ host, from, network }: Attempt): Signal['about'] => ({
  host,
  ...(from === undefined ? {} : { from }),
  ...(network === undefined ? {} : { network }),
});
