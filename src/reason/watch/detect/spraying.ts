import type { Detector, Signal } from '../../../model/watch.ts';
import { noSignals } from '../about.ts';
import type { Attempt, Attempts } from '../attempts.ts';
import { bounded, flat } from '../bounded.ts';
import { brief, type Evidence, evidence, shown, witness } from '../evidence.ts';
import { onFailures } from '../on-failures.ts';
import { refill, savedOf } from '../saved.ts';
import { limit } from '../thresholds.ts';
import { count, span } from '../words.ts';

interface Sprayer {
  readonly users: Set<string>;
  /** Of those, the ones that log in here. */
  real: number;
  tries: number;
  from: string | undefined;
  since: number;
  evidence: Evidence;
  /** Numbers of accounts from which it is told of. */
  next: number;
  nextReal: number;
}

const NAME = 'spraying';
const USERS = limit('spraying.users');
const REAL = limit('spraying.real-users');
const TRIES = limit('spraying.tries');
const WINDOW = limit('spraying.window');
const AGAIN = 4;
/** Names that are remembered of one network; more are not told apart. */
const NAMES = 64;
const PASSING = 8192;
const STEADY = 2048;

/** One network that tries many accounts, and each only a few times: a list of names, or of stolen passwords. */
export function spraying(attempts: Attempts): Detector {
  let sprayers = bounded<Sprayer>(PASSING, STEADY);

  function begin(one: Sprayer, { now, event, from }: Attempt): void {
    one.users.clear();
    one.real = 0;
    one.tries = 0;
    one.since = now;
    one.from = from === undefined ? undefined : flat(from);
    one.evidence = evidence(event);
    one.next = USERS;
    one.nextReal = REAL;
  }

  function judge(attempt: Attempt): readonly Signal[] {
    const { network, from, user, now, event, host, known } = attempt;
    const place = network ?? from;
    if (place === undefined || user === undefined || known.of === 'network') return noSignals;
    const one = sprayers.touch(place, () => {
      const made: Sprayer = {
        users: new Set(),
        real: 0,
        tries: 0,
        from: undefined,
        since: 0,
        evidence: evidence(event),
        next: USERS,
        nextReal: REAL,
      };
      begin(made, attempt);
      return made;
    });
    if (Math.abs(now - one.since) > WINDOW) begin(one, attempt);
    one.tries += 1;
    if (one.from !== from) one.from = undefined;
    if (one.users.has(user) || one.users.size >= NAMES) return noSignals;
    one.users.add(flat(user));
    if (known.of === 'user' && user !== 'root') one.real += 1;
    witness(one.evidence, event);
    const names = one.users.size;
    const hitsOurs = one.real >= one.nextReal;
    if ((names < one.next && !hitsOurs) || one.tries > names * TRIES) return noSignals;
    if (names >= one.next) one.next = names * AGAIN;
    if (hitsOurs) one.nextReal = one.real * AGAIN;
    return [
      {
        detector: NAME,
        at: now,
        urgency: one.real >= REAL ? 'notice' : 'note',
        about: {
          host,
          ...(one.from === undefined ? {} : { from: one.from }),
          ...(network === undefined ? {} : { network }),
        },
        says: `${one.from ?? place} tried ${names} accounts, about ${count(Math.max(1, Math.round(one.tries / names)), 'time')} each, within ${span(WINDOW)}; ${one.real === 0 ? 'none' : one.real} of them ${one.real === 1 ? 'logs' : 'log'} in here.`,
        measure: {
          users: names,
          limit: hitsOurs ? REAL : USERS,
          realUsers: one.real,
          tries: one.tries,
          windowMs: WINDOW,
        },
        evidence: shown(one.evidence),
      },
    ];
  }

  return {
    name: NAME,
    ...onFailures(attempts, judge),
    save: () =>
      savedOf(sprayers, (one) =>
        attempts.now() - one.since > WINDOW
          ? undefined
          : { ...one, users: [...one.users], evidence: brief(one.evidence) },
      ),
    load(saved) {
      sprayers = bounded<Sprayer>(PASSING, STEADY);
      refill(sprayers, saved, (one: Omit<Sprayer, 'users'> & { readonly users: readonly string[] }) => ({
        ...one,
        from: one.from,
        users: new Set(one.users),
      }));
    },
  };
}
