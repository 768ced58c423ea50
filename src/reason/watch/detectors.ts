import type { Detector } from '../../model/watch.ts';
import { type Attempts, attempts as fresh } from './attempts.ts';
import { bySource } from './detect/by-source.ts';
import { successAfterFailures } from './detect/success-after-failures.ts';

/** What a detector is made of. All of one watch are made with the same attempts, so that lines are joined once. */
export type MakeDetector = (attempts: Attempts) => Detector;

const MAKERS: readonly MakeDetector[] = [bySource, successAfterFailures];

/**
 * All detectors of one watch. Hand every event to each of them before the next event: they share what joins lines to attempts.
 */
export function detectors(): readonly Detector[] {
  const attempts = fresh();
  return MAKERS.map((make) => make(attempts));
}
