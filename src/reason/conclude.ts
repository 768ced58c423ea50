import type { Attempt } from '../model/attempt.ts';
import type { Bundle } from '../model/bundle.ts';
import type { Cause } from '../model/cause.ts';
import type { Finding } from '../model/finding.ts';
import { type Gate, gateOf } from '../model/gate.ts';
import type { Blind, ReportedGate } from '../model/report.ts';
import { admittedBy } from './admit.ts';
import { blindSpots, unseenSides } from './blind.ts';
import { withoutUnasked } from './clouds.ts';
import { gates } from './gates.ts';
import { concludeHops, explainHops, type HopConclusion } from './hops.ts';
import { investigate } from './investigate.ts';
import { otherServer, setAside } from './other-server.ts';
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
export function conclude(all: readonly Cause[], whole: Bundle, attempt: Attempt): Conclusion {
  const other = otherServer(whole, attempt);
  const bundle = other ? setAside(whole, other) : whole;
  // They are about sshd, which is not what answers there.
  const causes = other ? all.filter(({ id }) => gateOf(id) !== 'daemon') : all;
  const passed = passedGates(bundle);
  const through = new Set<Gate>(passed.keys());
  // What is wrong with the client's own keys shows only when it logs in.
  if (!passed.has('auth')) through.delete('client');
  const { sightings, obstacles: missing } = investigate(causes, bundle, attempt);
  const obstacles = withoutUnasked(missing, bundle);
  const hops = concludeHops(bundle, (part, about) => conclude(causes, part, about));
  const findings = explainHops(rank(sightings, causes, through), hops);
  return {
    gates: gates(
      findings,
      obstacles,
      unseenSides(bundle),
      passed,
      stoppedAt(bundle),
      admittedBy(bundle, attempt),
      other && `${other.name} listens on port ${other.port}`,
    ),
    findings,
    hops,
    blind: blindSpots(
      obstacles,
      bundle,
      attempt,
      through,
      findings.some(({ role }) => role === 'blocking'),
      other,
    ),
  };
}
