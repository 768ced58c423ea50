import type { Attempt } from '../model/attempt.ts';
import type { Bundle } from '../model/bundle.ts';
import type { Cause } from '../model/cause.ts';
import type { Finding } from '../model/finding.ts';
import type { Gate } from '../model/gate.ts';
import type { Blind, ReportedGate } from '../model/report.ts';
import { admittedBy } from './admit.ts';
import { blindSpots, unseenSides } from './blind.ts';
import { gates } from './gates.ts';
import { concludeHops, explainHops, type HopConclusion } from './hops.ts';
import { investigate } from './investigate.ts';
import { rank } from './rank.ts';
import { passedGates, stoppedAt } from './witness.ts';

export interface Conclusion {
  readonly gates: ReportedGate[];
  /** What to fix first stands first. */
  readonly findings: readonly Finding[];
  readonly blind: Blind[];
  /** The jump hosts on the way, nearest first. */
  readonly hops: readonly HopConclusion[];
}

/** From everything that was looked at to the answer. Pure. */
export function conclude(causes: readonly Cause[], bundle: Bundle, attempt: Attempt): Conclusion {
  const passed = passedGates(bundle);
  const through = new Set<Gate>(passed.keys());
  // What is wrong with the client's own keys shows only when it logs in.
  if (!passed.has('auth')) through.delete('client');
  const { sightings, obstacles } = investigate(causes, bundle, attempt);
  const hops = concludeHops(bundle, (part, about) => conclude(causes, part, about));
  const findings = explainHops(rank(sightings, causes, through), hops);
  return {
    gates: gates(findings, obstacles, unseenSides(bundle), passed, stoppedAt(bundle), admittedBy(bundle, attempt)),
    findings,
    hops,
    blind: blindSpots(
      obstacles,
      bundle,
      attempt,
      through,
      findings.some(({ role }) => role === 'blocking'),
    ),
  };
}
