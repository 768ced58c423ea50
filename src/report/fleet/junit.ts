import type { FleetRun, ReportedHost } from '../../reason/fleet/run.ts';
import { type Markup, textOf, xml } from '../markup.ts';
import { placeOf } from '../words.ts';
import { endpoint } from './words.ts';

const NEWLINE = xml`\n`;

/** What fails: a closed gate, and of hardening a control. */
const fails = ({ outcome, asked }: ReportedHost): boolean =>
  outcome === 'closed' || ((asked === 'harden' || asked === 'keys') && outcome === 'degraded');
const skips = ({ outcome }: ReportedHost): boolean => outcome === 'unknown' || outcome === 'not-asked';
const seconds = ({ ms }: ReportedHost): number =>
  Object.values(ms).reduce((sum: number, took) => sum + (took ?? 0), 0) / 1000;

function story({ found }: ReportedHost): Markup {
  const lines = found.flatMap(({ id, verdict, severity, says, evidence = [], fix }) => [
    `${says} (${(verdict ?? severity) === undefined ? '' : `${verdict ?? severity}, `}${id})`,
    ...evidence.map((seen) => `  ${seen.side} ${placeOf(seen)} | ${seen.text}`),
    ...(fix === undefined
      ? []
      : 'refuse' in fix
        ? [`Not for a machine to fix: ${fix.refuse}.`, ...fix.manual.map((step) => `  - ${step}`)]
        : [`Fix on the ${fix.where}: ${fix.summary}`, ...fix.commands.map((command) => `  ${command}`)]),
  ]);
  return xml`${lines.map((line) => [NEWLINE, line])}${NEWLINE}`;
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
  const [failures, skipped] = [hosts.filter(fails).length, hosts.filter(skips).length];
  const name = `sshwhy fleet ${asked.join(' ')}`.trim();
  const time = (summary.ms / 1000).toFixed(3);
  return textOf(xml`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="sshwhy" tests="${hosts.length}" failures="${failures}" errors="0" skipped="${skipped}" time="${time}">
  <testsuite name="${name}" tests="${hosts.length}" failures="${failures}" errors="0" skipped="${skipped}" time="${time}"${from !== undefined && xml` timestamp="${from}"`}>${hosts.map(
    (host) => xml`
  <testcase classname="${name}" name="${endpoint(host)}" time="${seconds(host).toFixed(3)}">${outcome(host)}
  </testcase>`,
  )}
  </testsuite>
</testsuites>
`);
}
