import type { Detector, Signal, Urgency } from '../../../model/watch.ts';
import { noSignals, origin } from '../about.ts';
import type { Attempt, Attempts } from '../attempts.ts';
import { bounded } from '../bounded.ts';
import { type Bucket, bucket, pour } from '../bucket.ts';
import { brief, type Evidence, evidence, kept, shown, witness } from '../evidence.ts';
import { refill, savedOf } from '../saved.ts';
import { limit } from '../thresholds.ts';
import { count } from '../words.ts';

const NAME = 'new-source';
const LOGINS = limit('learn.logins');
const FAILURES = limit('new-source.failures');
const HOUR_LOGINS = limit('new-hour.logins');
const AROUND = limit('new-hour.around');
const DAY = 86_400_000;
const USERS = 4096;
const PASSING = 8192;
const SAVED = 1_000_000;

interface Failing {
  readonly failures: Bucket;
  evidence: Evidence;
}

/** Accounts through which everything can be had. */
const ADMINS: ReadonlySet<string> = new Set(['root', 'admin', 'administrator', 'toor', 'ubuntu', 'debian', 'ec2-user']);

/** None of its failures counts any more. */
const isOver = ({ failures: { start } }: Failing, now: number): boolean => now - start >= 2 * DAY;

/**
 * A login from a network, or at an hour, that is new for the user. What is usual is learnt from logins: nothing is said of a user
 * of whom little is known. Hours are those of UTC, so that nothing happens when a zone changes its mind.
 */
export function newSource(
  attempts: Attempts,
  { learnDays }: { readonly learnDays: number } = { learnDays: limit('learn.days') },
): Detector {
  const hourDays = (learnDays * limit('new-hour.days')) / limit('learn.days');
  let hours = bounded<number[]>(USERS / 4, (USERS * 3) / 4);
  let failing = bounded<Failing>(PASSING, USERS);

  function isNewHour(at: Attempt, seen: readonly number[]): boolean {
    if (at.known.days < hourDays || at.known.logins < HOUR_LOGINS) return false;
    const hour = new Date(at.now).getUTCHours();
    for (let i = -AROUND; i <= AROUND; i++) if ((seen[(hour + i + 24) % 24] as number) > 0) return false;
    return true;
  }

  function signal(at: Attempt, urgency: Urgency, says: string, measure: Signal['measure'], before?: Evidence): Signal {
    return {
      detector: NAME,
      at: at.now,
      urgency,
      about: { ...origin(at), ...(at.user === undefined ? {} : { user: at.user }) },
      says,
      measure,
      evidence: [...(before === undefined ? [] : shown(before)), kept(at.event)],
    };
  }

  function letIn(at: Attempt): readonly Signal[] {
    const { user, from, network, known, now, host } = at;
    if (user === undefined || from === undefined) return noSignals;
    const signals: Signal[] = [];
    const seen = hours.touch(`${host} ${user}`, () => new Array<number>(24).fill(0));
    if (isNewHour(at, seen))
      signals.push(
        signal(
          at,
          'note',
          `${user} logged in at ${new Date(now).toISOString().slice(11, 16)} UTC, ${AROUND} hours or more away from every one of ${known.logins} earlier logins.`,
          { logins: known.logins, days: Math.round(known.days), aroundHours: AROUND },
        ),
      );
    const hour = new Date(now).getUTCHours();
    seen[hour] = Math.min(65_535, (seen[hour] as number) + 1);

    if (known.of === 'network') return signals;
    const admin = ADMINS.has(user);
    const before = failing.get(network ?? from);
    const failures = before === undefined ? 0 : Math.round(pour(before.failures, now, DAY, 0));
    const learnt = known.of === 'user' && known.days >= learnDays && known.logins >= LOGINS;
    // Of an account that never logged in, only once it is known who usually does.
    const first = known.of === 'nobody' && attempts.familiar.days(now) >= learnDays;
    if (!learnt && !first) return signals;
    const after = failures >= FAILURES;
    const place = network ?? from;
    signals.push(
      signal(
        at,
        admin ? (after ? 'page' : 'notice') : after ? 'notice' : 'note',
        `${user} logged in from ${from}: ${first ? `the first login of this account since ${Math.floor(attempts.familiar.days(now))} days` : `none of ${known.logins} earlier logins came from ${place}`}${failures > 0 ? `, and ${count(failures, 'failure')} came from there within a day` : ''}.`,
        { logins: known.logins, days: Math.round(known.days), failures, limit: FAILURES },
        after ? before?.evidence : undefined,
      ),
    );
    return signals;
  }

  function failed({ network, from, now, event, way }: Attempt): void {
    const place = network ?? from;
    if (place === undefined || way === 'key') return;
    const one = failing.touch(place, () => ({ failures: bucket(now), evidence: evidence(event) }));
    if (isOver(one, now)) one.evidence = evidence(event);
    pour(one.failures, now, DAY);
    witness(one.evidence, event);
  }

  return {
    name: NAME,
    see(event) {
      const attempt = attempts.of(event);
      if (attempt?.kind === 'failed') failed(attempt);
      else if (attempt?.kind === 'in') return letIn(attempt);
      return noSignals;
    },
    tick(now) {
      attempts.tick(now);
      return noSignals;
    },
    save: () =>
      JSON.stringify([
        attempts.save(),
        savedOf(hours, (counts) => counts),
        savedOf(
          failing,
          (one) => (isOver(one, attempts.now()) ? undefined : { ...one, evidence: brief(one.evidence) }),
          SAVED,
        ),
      ]),
    load(saved) {
      const [known, learnt, failed] = JSON.parse(saved) as [string, string, string];
      attempts.load(known);
      hours = bounded<number[]>(USERS / 4, (USERS * 3) / 4);
      refill(hours, learnt, (counts: number[]) => counts);
      failing = bounded<Failing>(PASSING, USERS);
      refill(failing, failed, (one: Failing) => one);
    },
  };
}
