import type { Report, ReportedCause, ReportedGate } from '../model/report.ts';
import { adviceLines } from './advice.ts';
import { junitFile, junitLines } from './junit-suite.ts';
import { type Markup, type Piece, xml } from './markup.ts';
import { placeOf, targetName } from './words.ts';

/** Causes of a gate that the login ends at, also those whose sentence another gate tells (a key that the server turns away). */
function causesOf({ gate, detail, outcome }: ReportedGate, { causes }: Report): ReportedCause[] {
  const roles: readonly string[] = outcome === 'degraded' ? ['degrading'] : ['blocking', 'consequence'];
  return causes.filter(
    ({ id, role, text }) =>
      roles.includes(role) && (id.startsWith(`${gate}/`) || detail === text || detail.endsWith(`: ${text}`)),
  );
}

/** What was found, one line each: the sentence, what was seen, the commands. */
function story(causes: readonly ReportedCause[]): Piece {
  const lines = causes.flatMap(({ id, verdict, text, evidence, fix }) => [
    `${text} (${verdict}, ${id})`,
    ...evidence.map((seen) => `  ${seen.side} ${placeOf(seen)} | ${seen.text}`),
    ...adviceLines(fix),
  ]);
  return junitLines(lines);
}

function outcome(gate: ReportedGate, report: Report): Markup {
  const causes = causesOf(gate, report);
  if (gate.outcome === 'closed')
    return xml`
    <failure message="${gate.detail}" type="${causes[0]?.id ?? 'not-found'}">${story(causes)}</failure>`;
  if (gate.outcome === 'unknown' || gate.outcome === 'not-reached')
    return xml`
    <skipped message="${gate.outcome === 'unknown' ? 'unknown' : 'not reached'}: ${gate.detail}"/>`;
  return xml`
    <system-out>${gate.detail}${causes.length > 0 && story(causes)}</system-out>`;
}

/**
 * The report for a CI server: a test for each gate. Closed is a failure, unknown and not reached are skipped, degraded passes and
 * says why.
 */
export function junit(report: Report): string {
  const { gates, takenAt, durationMs } = report;
  const name = `sshwhy ${targetName(report)}`;
  return junitFile({
    name,
    failures: gates.filter((gate) => gate.outcome === 'closed').length,
    skipped: gates.filter((gate) => gate.outcome === 'unknown' || gate.outcome === 'not-reached').length,
    ms: durationMs,
    timestamp: takenAt,
    cases: gates.map(
      (gate) => xml`
  <testcase classname="${name}" name="${gate.gate}" time="0">${outcome(gate, report)}
  </testcase>`,
    ),
  });
}
