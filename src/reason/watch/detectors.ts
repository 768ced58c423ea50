import type { Detector } from '../../model/watch.ts';
import { type Attempts, attempts as fresh } from './attempts.ts';
import { banOfOurs } from './detect/ban-of-ours.ts';
import { blindness } from './detect/blindness.ts';
import { byNetwork } from './detect/by-network.ts';
import { bySource } from './detect/by-source.ts';
import { newSource } from './detect/new-source.ts';
import { outage } from './detect/outage.ts';
import { slowDistributed } from './detect/slow-distributed.ts';
import { spike } from './detect/spike.ts';
import { spraying } from './detect/spraying.ts';
import { stuckClient } from './detect/stuck-client.ts';
import { successAfterFailures } from './detect/success-after-failures.ts';
import { limit } from './thresholds.ts';

/** What a detector is made of. All of one watch are made with the same attempts, so that lines are joined once. */
export type MakeDetector = (attempts: Attempts, settings: DetectorSettings) => Detector;

/** What is not the same for all who watch. */
export interface DetectorSettings {
  /** On which sshd listens. */
  readonly ports: readonly string[];
  /** How long who logs in from where is learnt before something is said of it; of hours, twice as long. */
  readonly learnDays: number;
}

export const USUAL_SETTINGS: DetectorSettings = { ports: ['22'], learnDays: limit('learn.days') };

/** What one source, or one network, did is seen whole only where all hosts are seen. */
const OF_SOURCES: readonly MakeDetector[] = [bySource, byNetwork, spraying, successAfterFailures];
/** What one host says, and what is usual there. */
const OF_HOSTS: readonly MakeDetector[] = [
  newSource,
  stuckClient,
  banOfOurs,
  outage,
  spike,
  slowDistributed,
  blindness,
];

/**
 * All detectors of one watch. Hand every event to each of them before the next event: they share what joins lines to attempts.
 * What each has learnt is saved and loaded under its name; `new-source` keeps for all of them who logs in from where.
 */
export function detectors(
  attempts: Attempts = fresh(),
  settings: DetectorSettings = USUAL_SETTINGS,
): readonly Detector[] {
  return [...OF_SOURCES, ...OF_HOSTS].map((make) => make(attempts, settings));
}

/** Those of `detectors` for which it is enough to see all of a host. */
export const hostDetectors = (attempts: Attempts, settings: DetectorSettings): readonly Detector[] =>
  OF_HOSTS.map((make) => make(attempts, settings));

/** The others, and what is usual of all hosts together: a little more on each of them is much in all. */
export const fleetDetectors = (
  attempts: Attempts,
  together: Attempts,
  settings: DetectorSettings,
): readonly Detector[] => [
  ...OF_SOURCES.map((make) => make(attempts, settings)),
  ...[spike, slowDistributed].map((make) => make(together)),
];
