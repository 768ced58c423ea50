import type { FleetRun, ReportedHost } from '../../reason/fleet/run.ts';
import { adviceLines } from '../advice.ts';
import { junitFile, junitLines } from '../junit-suite.ts';
import { type Markup, type Piece, xml } from '../markup.ts';
import { placeOf } from '../words.ts';
import { endpoint } from './words.ts';

/** What fails: a closed gate, and of hardening a control. */
const fails = ({ outcome, asked }: ReportedHost): boolean =>
  outcome === 'closed' || (asked === 'harden' && outcome === 'degraded');
const skips = ({ outcome }: ReportedHost): boolean => outcome === 'unknown' || outcome === 'not-asked';
const seconds = ({ ms }: ReportedHost): number =>
  Object.values(ms).reduce((sum: number, took) => sum + (took ?? 0), 0) / 1000;

function story({ found }: ReportedHost): Piece {
  const lines = found.flatMap(({ id, verdict, says, evidence = [], fix }) => [
    `${says} (${verdict === undefined ? '' : `${verdict}, `}${id})`,
    ...evidence.map((seen) => `  ${seen.side} ${placeOf(seen)} | ${seen.text}`),
    ...adviceLines(fix),
  ]);
  return junitLines(lines);
}

function outcome(host: ReportedHost): Markup {
  if (fails(host))
    return xml`
    <failure message="${host.says}" type="${host.found[0]?.id ?? 'not-found'}">${story(host)}</failure>`;
  if (skips(host))
    return xml`
    <skipped message="${host.outcome === 'unknown' ? 'not known' : 'not asked'}: ${host.says}"/>`;
  return xml`
    <system-out>${host.says}${host.found.length > 0 && story(host)}</system-out>`;
}

/**
 * A run over many hosts for a CI server: a test for each host. A closed gate or a failing control is a failure, what is not known or was not
 * asked is skipped, a degraded host passes and says why.
 */
export function fleetJunit({ hosts, asked, summary, from }: FleetRun): string {
  const name = `sshwhy fleet ${asked.join(' ')}`.trim();
  return junitFile({
    name,
    failures: hosts.filter(fails).length,
    skipped: hosts.filter(skips).length,
    ms: summary.ms,
    timestamp: from,
    cases: hosts.map(
      (host) => xml`
  <testcase classname="${name}" name="${endpoint(host)}" time="${seconds(host).toFixed(3)}">${outcome(host)}
  </testcase>`,
    ),
  });
}
