import type { Detector, Signal } from '../../../model/watch.ts';
import { noSignals } from '../about.ts';
import type { Attempt, Attempts } from '../attempts.ts';
import { bounded } from '../bounded.ts';
import { brief, type Evidence, evidence, shown, witness } from '../evidence.ts';
import { refill, savedOf } from '../saved.ts';
import { limit } from '../thresholds.ts';

interface Sum {
  /** When it was last reckoned. */
  at: number;
  value: number;
  /** Networks an hour that are usual, fading, and how long was learnt. */
  usual: number;
  learnt: number;
  /** Since the sum was last nothing. */
  networks: number;
  since: number;
  next: number;
  evidence: Evidence | undefined;
}

const NAME = 'slow-distributed';
const NOISE = limit('slow.noise');
const FACTOR = limit('slow.factor');
const LIMIT = limit('slow.sum');
const LEARN = limit('slow.learn');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** What is usual follows what is seen within about as long. */
const MEMORY = 7 * DAY;
/** What is unusual for so long is usual: learning goes on. */
const SETTLED = 2 * DAY;
/** The sum grows no further, so that it comes down again. */
const HIGHEST = 4 * LIMIT;
const AGAIN = 3;
const HOSTS = 128;
const NETWORKS = 16_384;

/**
 * Many networks that each fail only once or twice as one of our own users. Each network counts once a day, the sum of all runs down
 * at a rate between the usual and three times that (CUSUM of a Poisson process: Lucas, 1985), and what is left tells of a
 * change long before any single source is conspicuous. root is left out: the Internet always guesses it.
 */
export function slowDistributed(attempts: Attempts): Detector {
  let sums = bounded<Sum>(HOSTS, HOSTS);
  let today = bounded<{ at: number }>(NETWORKS, NETWORKS);
  const fresh = (now: number): Sum => ({
    at: now,
    value: 0,
    usual: 0,
    learnt: 0,
    networks: 0,
    since: now,
    next: LIMIT,
    evidence: undefined,
  });

  const usualOf = ({ usual, learnt }: Sum): number =>
    // What began at nothing is too low by what it has not seen yet.
    Math.max(NOISE, learnt < HOUR ? 0 : usual / (1 - Math.exp(-learnt / MEMORY)));
  const learns = (sum: Sum, now: number): boolean =>
    sum.learnt < LEARN || sum.value < LIMIT / 2 || now - sum.since > SETTLED;

  /** Lets time pass: the sum runs down, and what is usual is learnt while nothing is wrong. */
  function pass(sum: Sum, now: number): void {
    const passed = Math.min(Math.max(0, now - sum.at), DAY);
    sum.at = now;
    const rate = (usualOf(sum) * (FACTOR - 1)) / Math.log(FACTOR);
    sum.value = Math.max(0, sum.value - (rate * passed) / HOUR);
    if (learns(sum, now)) {
      sum.learnt += passed;
      sum.usual *= Math.exp(-passed / MEMORY);
    }
    if (sum.value > 0) return;
    sum.networks = 0;
    sum.next = LIMIT;
    sum.evidence = undefined;
  }

  function judge({ host, network, from, user, now, event, known }: Attempt): readonly Signal[] {
    const place = network ?? from;
    const sum = sums.touch(host, () => fresh(now));
    pass(sum, now);
    if (known.of !== 'user' || user === 'root' || place === undefined) return noSignals;
    let first = false;
    const seen = today.touch(`${host} ${place}`, () => {
      first = true;
      return { at: now };
    });
    if (!first && Math.abs(now - seen.at) < DAY) return noSignals;
    seen.at = now;
    if (learns(sum, now)) sum.usual += HOUR / MEMORY;
    if (sum.value === 0) sum.since = now;
    sum.value = Math.min(HIGHEST, sum.value + 1);
    sum.networks += 1;
    if (sum.evidence === undefined) sum.evidence = evidence(event);
    else witness(sum.evidence, event);
    if (sum.learnt < LEARN || sum.value < sum.next) return noSignals;
    sum.next = sum.value * AGAIN;
    const hours = Math.max(1, Math.round((now - sum.since) / HOUR));
    return [
      {
        detector: NAME,
        at: now,
        urgency: 'notice',
        // Without a name it is all hosts together.
        about: host === '' ? {} : { host },
        says: `${sum.networks} networks failed as users who log in ${host === '' ? 'on the hosts that were tried' : 'here'} within ${hours} ${hours === 1 ? 'hour' : 'hours'}, each too seldom to be seen alone; usual are ${(usualOf(sum) * hours).toFixed(1)}.`,
        measure: {
          seen: sum.networks,
          expected: usualOf(sum) * hours,
          sum: sum.value,
          limit: LIMIT,
          windowMs: now - sum.since,
        },
        evidence: shown(sum.evidence),
      },
    ];
  }

  return {
    name: NAME,
    see(event) {
      const attempt = attempts.of(event);
      return attempt?.kind === 'failed' || attempt?.kind === 'in' ? judge(attempt) : noSignals;
    },
    tick(now) {
      attempts.tick(now);
      for (const [, sum] of sums.entries()) pass(sum, attempts.now());
      return noSignals;
    },
    save: () =>
      JSON.stringify([
        savedOf(sums, (sum) => ({ ...sum, evidence: sum.evidence === undefined ? undefined : brief(sum.evidence) })),
        savedOf(today, ({ at }) => (attempts.now() - at >= DAY ? undefined : at)),
      ]),
    load(saved) {
      const [known, seen] = JSON.parse(saved) as [string, string];
      sums = bounded<Sum>(HOSTS, HOSTS);
      refill(sums, known, (sum: Sum) => ({ ...sum, evidence: sum.evidence }));
      today = bounded<{ at: number }>(NETWORKS, NETWORKS);
      refill(today, seen, (at: number) => ({ at }));
    },
  };
}
