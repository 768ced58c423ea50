import type { Detector, Signal } from '../../../model/watch.ts';
import { noSignals } from '../about.ts';
import type { Attempt, Attempts } from '../attempts.ts';
import { bounded, flat } from '../bounded.ts';
import { brief, type Evidence, evidence, shown, witness } from '../evidence.ts';
import { refill, savedOf } from '../saved.ts';
import { type SavedSeasons, type Seasons, seasons } from '../seasons.ts';
import { limit } from '../thresholds.ts';

interface Series {
  seasons: Seasons;
  evidence: Evidence | undefined;
  /** Number within the hour from which it is told of again. */
  next: number;
  hour: number;
  /** The network that most came from, if one has the majority (Boyer and Moore's vote). */
  candidate: string | undefined;
  votes: number;
}

const NAME = 'spike';
const DEVIATIONS = limit('spike.deviations');
const LEAST = limit('spike.least');
const FACTOR = limit('spike.factor');
const WEEKS = limit('spike.weeks');
const HOUR = 3_600_000;
const AGAIN = 4;
/** Hosts that are watched; more are not told apart from those that were heard of last. */
const HOSTS = 128;

const KINDS = { failed: 'logins failed', dropped: 'connections were dropped by sshd' } as const;

/** Many more failures in an hour than is usual at that hour of the week: median and MAD of the same hour of weeks before. */
export function spike(attempts: Attempts): Detector {
  let series = bounded<Series>(HOSTS, HOSTS);
  const fresh = (): Series => ({
    seasons: seasons(WEEKS),
    evidence: undefined,
    next: 0,
    hour: Number.NaN,
    candidate: undefined,
    votes: 0,
  });

  function judge({ kind, host, now, event, network, from }: Attempt): readonly Signal[] {
    const what = KINDS[kind as keyof typeof KINDS];
    const one = series.touch(`${kind} ${host}`, fresh);
    const seen = one.seasons.add(now);
    const hour = Math.floor(now / HOUR);
    if (hour > one.hour || !(Math.abs(hour - one.hour) <= 1)) {
      one.hour = hour;
      one.next = 0;
      one.votes = 0;
      one.evidence = evidence(event);
    }
    const place = network ?? from;
    if (one.votes <= 0) {
      one.candidate = place === undefined ? undefined : flat(place);
      one.votes = 1;
    } else one.votes += place === one.candidate ? 1 : -1;
    const usual = one.seasons.usual();
    if (usual === undefined) return noSignals;
    const most = Math.max(LEAST, usual.median * FACTOR, usual.median + DEVIATIONS * usual.deviation);
    // Evidence is what came when it was already more than usual.
    if (one.evidence !== undefined && seen > most / 2 && seen <= most) witness(one.evidence, event);
    if (seen < Math.max(most, one.next)) return noSignals;
    one.next = seen * AGAIN;
    const majority = one.votes > seen / 2 && one.candidate === network ? network : undefined;
    return [
      {
        detector: NAME,
        at: now,
        urgency: 'note',
        // Without a name it is all hosts together.
        about: { ...(host === '' ? {} : { host }), ...(majority === undefined ? {} : { network: majority }) },
        says: `${seen} ${what}${host === '' ? ' on all hosts' : ''} since the hour began; usual at this hour are ${Math.round(usual.median)}${majority === undefined ? '' : `. Most came from ${majority}`}.`,
        measure: {
          seen,
          expected: usual.median,
          deviation: usual.deviation,
          limit: Math.round(most),
          windowMs: HOUR,
        },
        evidence: one.evidence === undefined ? [] : shown(one.evidence),
      },
    ];
  }

  return {
    name: NAME,
    see(event) {
      const attempt = attempts.of(event);
      return attempt?.kind === 'failed' || attempt?.kind === 'dropped' ? judge(attempt) : noSignals;
    },
    tick(now) {
      attempts.tick(now);
      for (const [, one] of series.entries()) one.seasons.roll(attempts.now());
      return noSignals;
    },
    save: () =>
      savedOf(series, (one) => ({
        ...one,
        seasons: one.seasons.save(),
        evidence: one.evidence === undefined ? undefined : brief(one.evidence),
      })),
    load(saved) {
      series = bounded<Series>(HOSTS, HOSTS);
      refill(
        series,
        saved,
        (one: Omit<Series, 'seasons' | 'hour'> & { seasons: SavedSeasons; hour: number | null }) => ({
          ...one,
          hour: one.hour ?? Number.NaN,
          evidence: one.evidence,
          candidate: one.candidate,
          seasons: seasons(WEEKS, one.seasons),
        }),
      );
    },
  };
}
