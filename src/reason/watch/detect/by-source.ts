import type { Detector, Signal } from '../../../model/watch.ts';
import { noSignals, origin } from '../about.ts';
import type { Attempt, Attempts } from '../attempts.ts';
import { bounded, flat } from '../bounded.ts';
import { type Bucket, bucket, pour } from '../bucket.ts';
import { brief, type Evidence, evidence, shown, witness } from '../evidence.ts';
import { onFailures } from '../on-failures.ts';
import { refill, savedOf } from '../saved.ts';
import { limit } from '../thresholds.ts';
import { span } from '../words.ts';

interface Source {
  buckets: readonly [Bucket, Bucket, Bucket];
  evidence: Evidence;
  /** Of each speed, what has to be reached before it is told of again. */
  next: [number, number, number];
  user: string | undefined;
  users: 1 | 2;
}

const NAME = 'by-source';
const SPEEDS = [
  { limit: limit('by-source.fast'), windowMs: limit('by-source.fast-window') },
  { limit: limit('by-source.medium'), windowMs: limit('by-source.medium-window') },
  { limit: limit('by-source.slow'), windowMs: limit('by-source.slow-window') },
] as const;
/** It is told of again when it has grown by this much. */
const AGAIN = 4;

/** Addresses that came once or twice, and those that came more often. */
const PASSING = 16_384;
const STEADY = 4096;

/** Nothing of it counts any more, at the slowest speed. */
const isOver = ({ buckets: [, , { start }] }: Source, now: number): boolean => now - start >= 2 * SPEEDS[2].windowMs;

/**
 * Too many failures of one address, at three speeds: programs that hurry, that stay below usual bans, and that take days. A key
 * that one of our own machines offers in vain, always as the same account, guesses nothing (`stuck-client`) and does not count.
 */
export function bySource(attempts: Attempts): Detector {
  let sources = bounded<Source>(PASSING, STEADY);

  function judge(attempt: Attempt): readonly Signal[] {
    const { from, now, event, user } = attempt;
    if (from === undefined) return noSignals;
    const fresh = (): Source => ({
      buckets: [bucket(now), bucket(now), bucket(now)],
      evidence: evidence(event),
      next: [SPEEDS[0].limit, SPEEDS[1].limit, SPEEDS[2].limit],
      user: user === undefined ? undefined : flat(user),
      users: 1,
    });
    const source = sources.touch(from, fresh);
    if (isOver(source, now)) Object.assign(source, fresh());
    if (source.user !== user) source.users = 2;
    if (attempt.way !== 'password' && attempt.ours && source.users === 1) return noSignals;
    witness(source.evidence, event);
    let signals: Signal[] | undefined;
    for (let i = 0; i < SPEEDS.length; i++) {
      const speed = SPEEDS[i] as (typeof SPEEDS)[number];
      const seen = pour(source.buckets[i] as Bucket, now, speed.windowMs);
      // Quiet again: what comes later is told of anew.
      if (seen < speed.limit / 2) source.next[i] = speed.limit;
      if (seen < (source.next[i] as number)) continue;
      source.next[i] = seen * AGAIN;
      signals ??= [];
      signals.push({
        detector: NAME,
        at: now,
        urgency: 'note',
        about: origin(attempt),
        says: `${from} failed ${Math.round(seen)} times in ${span(speed.windowMs)}${source.users === 1 && user !== undefined ? ` as ${user}` : ', as several users'}.`,
        measure: { seen: Math.round(seen), limit: speed.limit, windowMs: speed.windowMs },
        evidence: shown(source.evidence),
      });
    }
    return signals ?? noSignals;
  }

  return {
    name: NAME,
    ...onFailures(attempts, judge),
    save: () =>
      savedOf(sources, (one) => (isOver(one, attempts.now()) ? undefined : { ...one, evidence: brief(one.evidence) })),
    load(saved) {
      sources = bounded<Source>(PASSING, STEADY);
      refill(sources, saved, (one: Source) => ({ ...one, user: one.user }));
    },
  };
}
