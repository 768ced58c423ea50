import type { Report, ReportedCause, ReportedGate } from '../model/report.ts';
import { type Markup, textOf, xml } from './markup.ts';
import { placeOf, targetName } from './words.ts';

const NEWLINE = xml`\n`;

/** Causes of a gate that the login ends at, also those whose sentence another gate tells (a key that the server turns away). */
function causesOf({ gate, detail, outcome }: ReportedGate, { causes }: Report): ReportedCause[] {
  const roles: readonly string[] = outcome === 'degraded' ? ['degrading'] : ['blocking', 'consequence'];
  return causes.filter(
    ({ id, role, text }) =>
      roles.includes(role) && (id.startsWith(`${gate}/`) || detail === text || detail.endsWith(`: ${text}`)),
  );
}

/** What was found, one line each: the sentence, what was seen, the commands. */
function story(causes: readonly ReportedCause[]): Markup {
  const lines = causes.flatMap(({ id, verdict, text, evidence, fix }) => [
    `${text} (${verdict}, ${id})`,
    ...evidence.map((seen) => `  ${seen.side} ${placeOf(seen)} | ${seen.text}`),
    ...(fix === undefined
      ? []
      : 'refuse' in fix
        ? [`Not for a machine to fix: ${fix.refuse}.`, ...fix.manual.map((step) => `  - ${step}`)]
        : [`Fix on the ${fix.where}: ${fix.summary}`, ...fix.commands.map((command) => `  ${command}`)]),
  ]);
  return xml`${lines.map((line) => [NEWLINE, line])}${NEWLINE}`;
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
 * says why. The elements are those that Jenkins and GitLab read; there is no standard.
 */
export function junit(report: Report): string {
  const { gates, takenAt, durationMs } = report;
  const failures = gates.filter((gate) => gate.outcome === 'closed').length;
  const skipped = gates.filter((gate) => gate.outcome === 'unknown' || gate.outcome === 'not-reached').length;
  const seconds = (durationMs / 1000).toFixed(3);
  const name = `sshwhy ${targetName(report)}`;
  return textOf(xml`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="sshwhy" tests="${gates.length}" failures="${failures}" errors="0" skipped="${skipped}" time="${seconds}">
  <testsuite name="${name}" tests="${gates.length}" failures="${failures}" errors="0" skipped="${skipped}" time="${seconds}" timestamp="${takenAt}">${gates.map(
    (gate) => xml`
  <testcase classname="${name}" name="${gate.gate}" time="0">${outcome(gate, report)}
  </testcase>`,
  )}
  </testsuite>
</testsuites>
`);
}
