import type { Detector, Signal } from '../../../model/watch.ts';
import { noSignals, origin } from '../about.ts';
import type { Attempt, Attempts } from '../attempts.ts';
import { bounded } from '../bounded.ts';
import { brief, type Evidence, evidence, shown, witness } from '../evidence.ts';
import { refill, savedOf } from '../saved.ts';
import { limit } from '../thresholds.ts';
import { count, span } from '../words.ts';

interface Client {
  first: number;
  last: number;
  failures: number;
  /** Of the pauses between: sum, and sum of squares, in seconds. */
  sum: number;
  squares: number;
  next: number;
  evidence: Evidence;
}

const NAME = 'stuck-client';
const FAILURES = limit('stuck.failures');
const LEAST = limit('stuck.least');
const SPREAD = limit('stuck.spread');
const AGAIN = 8;
const DAY = 86_400_000;
const PASSING = 2048;
const STEADY = 2048;

/**
 * A machine of ours that knocks again and again, at a steady pace, as one account, with a key that is not accepted: a job
 * whose key was changed, or whose account is gone. Worth a look in the morning; it is no attack.
 */
export function stuckClient(attempts: Attempts): Detector {
  let clients = bounded<Client>(PASSING, STEADY);

  const keyOf = ({ host, from, user }: Attempt): string => `${host} ${from} ${user}`;

  function judge(attempt: Attempt): readonly Signal[] {
    const { now, event, from, user, ours, known, way } = attempt;
    if (from === undefined || user === undefined || way === 'password' || !(ours || known.of !== 'nobody'))
      return noSignals;
    const begin = (): Client => ({
      first: now,
      last: now,
      failures: 0,
      sum: 0,
      squares: 0,
      next: FAILURES,
      evidence: evidence(event),
    });
    const one = clients.touch(keyOf(attempt), begin);
    const pause = (now - one.last) / 1000;
    if (pause < 0 || pause > DAY / 1000) Object.assign(one, begin());
    else if (one.failures > 0) {
      one.sum += pause;
      one.squares += pause * pause;
    }
    one.failures += 1;
    one.last = now;
    witness(one.evidence, event);
    if (one.failures < one.next || now - one.first < LEAST) return noSignals;
    const mean = one.sum / (one.failures - 1);
    const spread = Math.sqrt(Math.max(0, one.squares / (one.failures - 1) - mean * mean)) / mean;
    if (!(spread <= SPREAD)) return noSignals;
    one.next = one.failures * AGAIN;
    return [
      {
        detector: NAME,
        at: now,
        urgency: 'notice',
        about: { ...origin(attempt), user },
        says: `${from} knocks as ${user} about every ${span(mean * 1000)}, ${count(one.failures, 'time')} in a row, and nothing that it offers is accepted.`,
        measure: {
          seen: one.failures,
          limit: FAILURES,
          everyMs: Math.round(mean * 1000),
          spread,
          windowMs: now - one.first,
        },
        evidence: shown(one.evidence),
      },
    ];
  }

  return {
    name: NAME,
    see(event) {
      const attempt = attempts.of(event);
      if (attempt?.kind === 'in') clients.delete(keyOf(attempt));
      return attempt?.kind === 'failed' ? judge(attempt) : noSignals;
    },
    tick(now) {
      attempts.tick(now);
      return noSignals;
    },
    save: () =>
      savedOf(clients, (one) =>
        attempts.now() - one.last > DAY ? undefined : { ...one, evidence: brief(one.evidence) },
      ),
    load(saved) {
      clients = bounded<Client>(PASSING, STEADY);
      refill(clients, saved, (one: Client) => one);
    },
  };
}
