import type { Detector, Signal } from '../../../model/watch.ts';
import { noSignals, origin } from '../about.ts';
import type { Attempt, Attempts } from '../attempts.ts';
import { bounded, flat } from '../bounded.ts';
import { type Bucket, bucket, pour } from '../bucket.ts';
import { brief, type Evidence, evidence, kept, shown, witness } from '../evidence.ts';
import { refill, savedOf } from '../saved.ts';
import { limit } from '../thresholds.ts';
import { count, span } from '../words.ts';

/** What failed, by address or as a user. */
interface Failing {
  readonly failures: Bucket;
  /** Of an address the accounts, of a user the networks: at most a few more than decide. */
  names: string[];
  since: number;
  evidence: Evidence;
}

const NAME = 'success-after-failures';
const FAILURES = limit('success.failures');
const OTHERS = limit('success.others');
const NETWORKS = limit('success.sprayed');
const WINDOW = limit('success.window');
const NAMES = 8;
const PASSING = 16_384;
const STEADY = 4096;
/** Characters of each of the two. */
const SAVED = 3_000_000;

const isGuessable = (method: string | undefined): boolean =>
  method === undefined || /^(?:password|keyboard-interactive|PAM)/i.test(method);

/**
 * A login from an address that had been guessing (many failures, or failures as several other accounts), or of a user whose
 * password many networks guess, from where that user never came. What users fail at where they log in from is no guessing; a key
 * that was let in was not guessed, and is worth a notice.
 */
export function successAfterFailures(
  attempts: Attempts,
  { learnDays }: { readonly learnDays: number } = { learnDays: limit('learn.days') },
): Detector {
  let sources = bounded<Failing>(PASSING, STEADY);
  let users = bounded<Failing>(STEADY / 2, STEADY / 2);

  function note(into: Failing, name: string | undefined, { now, event, way }: Attempt): void {
    if (Math.abs(now - into.since) > 2 * WINDOW) {
      into.names = [];
      into.since = now;
      into.evidence = evidence(event);
    }
    // Offering a key in vain guesses nothing.
    pour(into.failures, now, WINDOW, way === 'key' ? 0 : 1);
    if (name !== undefined && into.names.length < NAMES && !into.names.includes(name)) into.names.push(flat(name));
    witness(into.evidence, event);
  }

  function failed(attempt: Attempt): void {
    const { from, user, network, host, now, event, known } = attempt;
    // Behind the address of an office somebody always mistypes.
    if (known.of === 'network') return;
    const fresh = (): Failing => ({ failures: bucket(now), names: [], since: now, evidence: evidence(event) });
    if (from !== undefined) note(sources.touch(from, fresh), user, attempt);
    if (user !== undefined && known.of === 'user')
      note(users.touch(`${host} ${user}`, fresh), network ?? from, attempt);
  }

  function signal(attempt: Attempt, why: string, by: Failing, measure: Signal['measure']): readonly Signal[] {
    const { from, user, now, event } = attempt;
    return [
      {
        detector: NAME,
        at: now,
        urgency: isGuessable(event.method) ? 'page' : 'notice',
        about: { ...origin(attempt), ...(user === undefined ? {} : { user }) },
        says: `${user ?? 'A user'} was let in from ${from}${event.method === undefined ? '' : ` by ${event.method}`} ${why}.`,
        measure,
        evidence: [...shown(by.evidence), kept(event)],
      },
    ];
  }

  function letIn(attempt: Attempt): readonly Signal[] {
    const { from, user, now, event, host, known } = attempt;
    if (from === undefined) return noSignals;
    const guessable = isGuessable(event.method);
    const here = known.of === 'network';
    const source = sources.get(from);
    if (source !== undefined) {
      const seen = Math.round(pour(source.failures, now, WINDOW, 0));
      const others = source.names.filter((name) => name !== user).length;
      const many = seen >= FAILURES && (!here || (guessable && others > 0));
      const list = guessable && !here && others >= OTHERS && seen >= OTHERS;
      if (many || list) {
        sources.delete(from);
        const more =
          others === 0
            ? ''
            : `, as ${others >= NAMES - 1 ? 'many' : others} other ${others === 1 ? 'account' : 'accounts'}, too`;
        return signal(attempt, `after ${count(seen, 'failure')} from there in ${span(WINDOW)}${more}`, source, {
          seen,
          limit: many ? FAILURES : OTHERS,
          others,
          windowMs: WINDOW,
        });
      }
    }
    if (!guessable || known.of !== 'user' || known.days < learnDays) return noSignals;
    const guessed = users.get(`${host} ${user}`);
    if (guessed === undefined || guessed.names.length < NETWORKS) return noSignals;
    const seen = Math.round(pour(guessed.failures, now, WINDOW, 0));
    if (seen < NETWORKS) return noSignals;
    users.delete(`${host} ${user}`);
    return signal(
      attempt,
      `where that user had never logged in from, while ${guessed.names.length} or more networks were guessing (${count(seen, 'failure')} in ${span(WINDOW)})`,
      guessed,
      { seen, limit: NETWORKS, networks: guessed.names.length, windowMs: WINDOW },
    );
  }

  const saved = (of: typeof sources): string =>
    savedOf(
      of,
      (one) =>
        attempts.now() - Math.max(one.since, one.failures.start) > 2 * WINDOW
          ? undefined
          : { ...one, evidence: brief(one.evidence) },
      SAVED,
    );

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
    save: () => JSON.stringify([saved(sources), saved(users)]),
    load(text) {
      const [from, as] = JSON.parse(text) as [string, string];
      sources = bounded<Failing>(PASSING, STEADY);
      users = bounded<Failing>(STEADY / 2, STEADY / 2);
      refill(sources, from, (one: Failing) => one);
      refill(users, as, (one: Failing) => one);
    },
  };
}
