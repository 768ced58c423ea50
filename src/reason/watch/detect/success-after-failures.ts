import type { Detector, Signal } from '../../../model/watch.ts';
import type { Attempt, Attempts } from '../attempts.ts';
import { bounded, flat } from '../bounded.ts';
import { type Bucket, bucket, pour } from '../bucket.ts';
import { type Evidence, evidence, kept, shown, witness } from '../evidence.ts';
import { limit } from '../thresholds.ts';
import { count, span } from '../words.ts';

interface Source {
  readonly failures: Bucket;
  /** Accounts that failed, at most as many as decide. */
  readonly users: Set<string>;
  evidence: Evidence;
}

const NAME = 'success-after-failures';
const FAILURES = limit('success.failures');
const OTHERS = limit('success.others');
const WINDOW = limit('success.window');

const PASSING = 16_384;
const STEADY = 4096;

/**
 * A login from an address that had been guessing: many failures, or failures as several other accounts. Where the user has
 * logged in from there before, only failures as others count, and a key that was let in proves that nothing was guessed.
 */
export function successAfterFailures(attempts: Attempts): Detector {
  const sources = bounded<Source>(PASSING, STEADY);

  function failed({ from, user, now, event, way }: Attempt): void {
    if (from === undefined) return;
    const source = sources.touch(from, () => ({ failures: bucket(now), users: new Set(), evidence: evidence(event) }));
    if (now - source.failures.start > 2 * WINDOW) {
      source.users.clear();
      source.evidence = evidence(event);
    }
    // Offering a key in vain guesses nothing.
    pour(source.failures, now, WINDOW, way === 'key' ? 0 : 1);
    if (user !== undefined && source.users.size <= OTHERS) source.users.add(flat(user));
    if (source.evidence.first.id !== event.id) witness(source.evidence, event);
  }

  function letIn(attempt: Attempt): readonly Signal[] {
    const { from, user, now, event, host, network, known } = attempt;
    const source = from === undefined ? undefined : sources.get(from);
    if (source === undefined || from === undefined) return [];
    const seen = Math.round(pour(source.failures, now, WINDOW, 0));
    const others = source.users.size - (user !== undefined && source.users.has(user) ? 1 : 0);
    const guessable = event.method === undefined || /^(?:password|keyboard-interactive)/.test(event.method);
    const here = known.of === 'network';
    const many = seen >= FAILURES && (!here || (guessable && others > 0));
    const list = guessable && !here && others >= OTHERS && seen >= OTHERS;
    if (!many && !list) return [];
    sources.delete(from);
    const urgency = guessable ? 'page' : 'notice';
    return [
      {
        detector: NAME,
        at: now,
        urgency,
        about: { host, from, ...(network === undefined ? {} : { network }), ...(user === undefined ? {} : { user }) },
        says: `${user ?? 'A user'} was let in from ${from}${event.method === undefined ? '' : ` by ${event.method}`} after ${count(seen, 'failure')} from there in ${span(WINDOW)}${others > 0 ? `, as ${source.users.size > OTHERS ? 'many' : others} other ${others === 1 ? 'account' : 'accounts'}, too` : ''}.`,
        measure: { seen, limit: many ? FAILURES : OTHERS, others, windowMs: WINDOW },
        evidence: [...shown(source.evidence), kept(event)],
      },
    ];
  }

  return {
    name: NAME,
    see(event) {
      const attempt = attempts.of(event);
      if (attempt?.kind === 'failed') failed(attempt);
      else if (attempt?.kind === 'in') return letIn(attempt);
      return [];
    },
    tick(now) {
      attempts.tick(now);
      return [];
    },
  };
}
