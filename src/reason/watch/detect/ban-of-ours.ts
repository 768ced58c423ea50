import type { Detector, Signal, WatchEvent } from '../../../model/watch.ts';
import { noSignals } from '../about.ts';
import type { Attempts } from '../attempts.ts';
import { bounded } from '../bounded.ts';
import { kept } from '../evidence.ts';
import { networkOf } from '../network.ts';
import { refill, savedOf } from '../saved.ts';

const NAME = 'ban-of-ours';
const DAY = 86_400_000;
const REMEMBERED = 1024;

/** A ban, or a penalty of sshd, that shuts out a network that users log in from. Told once a day of each address. */
export function banOfOurs(attempts: Attempts): Detector {
  let told = bounded<{ at: number }>(REMEMBERED, REMEMBERED);

  function judge(event: WatchEvent, from: string, now: number): readonly Signal[] {
    const network = networkOf(from);
    if (!attempts.familiar.place(event.host, network ?? from)) return noSignals;
    let first = false;
    const one = told.touch(`${event.host} ${from}`, () => {
      first = true;
      return { at: now };
    });
    if (!first && Math.abs(now - one.at) < DAY) return noSignals;
    one.at = now;
    return [
      {
        detector: NAME,
        at: now,
        urgency: 'notice',
        about: { host: event.host, from, ...(network === undefined ? {} : { network }) },
        says:
          event.outcome === 'ban'
            ? `${from} was banned${event.jail === undefined ? '' : ` by ${event.jail}`}, and users log in from ${network ?? from}.`
            : `sshd drops connections of ${from} for a while, and users log in from ${network ?? from}.`,
        measure: {},
        evidence: [kept(event)],
      },
    ];
  }

  return {
    name: NAME,
    see(event) {
      const attempt = attempts.of(event);
      if (event.from === undefined) return noSignals;
      const shut = event.outcome === 'ban' || event.type === 'sshd/drop-penalty';
      return shut ? judge(event, event.from, attempt?.now ?? attempts.now()) : noSignals;
    },
    tick(now) {
      attempts.tick(now);
      return noSignals;
    },
    save: () => savedOf(told, (one) => (attempts.now() - one.at >= DAY ? undefined : one)),
    load(saved) {
      told = bounded<{ at: number }>(REMEMBERED, REMEMBERED);
      refill(told, saved, (one: { at: number }) => one);
    },
  };
}
