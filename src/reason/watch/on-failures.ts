import type { Detector, Signal } from '../../model/watch.ts';
import { noSignals } from './about.ts';
import type { Attempt, Attempts } from './attempts.ts';

/** What sees and ticks for a detector that failed attempts alone concern. */
export const onFailures = (
  attempts: Attempts,
  judge: (failed: Attempt) => readonly Signal[],
): Pick<Detector, 'see' | 'tick'> => ({
  see(event) {
    const attempt = attempts.of(event);
    return attempt?.kind === 'failed' ? judge(attempt) : noSignals;
  },
  tick(now) {
    attempts.tick(now);
    return noSignals;
  },
});
