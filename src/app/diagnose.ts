import { causes } from '../causes/index.gen.ts';
import { hazardsAhead, holesOf } from '../facts/advisories.ts';
import { sshdBinary } from '../facts/binary.ts';
import { ADVISORIES_AS_OF } from '../knowledge/advisories.ts';
import type { Attempt } from '../model/attempt.ts';
import type { Bundle } from '../model/bundle.ts';
import { commandsOf, undoOf } from '../model/change.ts';
import { EXIT } from '../model/errors.ts';
import type { Finding } from '../model/finding.ts';
import type { Remedy } from '../model/remedy.ts';
import type { Report, ReportedCause } from '../model/report.ts';
import type { TraceStep } from '../model/trace.ts';
import { VERSION } from '../model/version.ts';
import { conclude } from '../reason/conclude.ts';
import { otherServer, setAside } from '../reason/other-server.ts';
import { fromElsewhere } from '../reason/vantage.ts';
import { handshakeOf } from './handshake.ts';

/** Turns everything that was looked at into the report. Pure but for the version. `durationMs`: how long the looking took. */
export function report(input: string, bundle: Bundle, attempt: Attempt, durationMs: number): Report {
  return diagnose(input, bundle, attempt, durationMs).report;
}

export interface Diagnosis {
  readonly report: Report;
  /** In the order of the report, with what a machine would change. */
  readonly findings: readonly Finding[];
}

/** The report, and the findings that it was made of. */
export function diagnose(input: string, bundle: Bundle, attempt: Attempt, durationMs: number): Diagnosis {
  const other = otherServer(bundle, attempt);
  const { gates, findings, blind, hops } = conclude(causes, bundle, attempt);
  const report: Report = {
    schema: 1,
    tool: { name: 'sshwhy', version: VERSION },
    takenAt: bundle.takenAt,
    durationMs: Math.round(durationMs),
    target: {
      input,
      ...(attempt.user === undefined ? {} : { user: attempt.user }),
      ...(attempt.host === undefined ? {} : { host: attempt.host }),
      ...(attempt.port === undefined ? {} : { port: attempt.port }),
      ...(attempt.from === undefined ? {} : { from: attempt.from }),
    },
    gates,
    causes: findings.map(({ fix, subject, evidence, trace, ...rest }) => ({
      ...rest,
      ...(subject === undefined ? {} : { subject }),
      evidence: evidence.map(({ line, ...seen }) => ({ ...seen, ...(line === undefined ? {} : { line }) })),
      ...(fix === undefined ? {} : { fix: reportedFix(fix) }),
      ...(trace === undefined ? {} : { trace: trace.map(reportedStep) }),
      docs: `docs/causes/${rest.id}.md`,
    })),
    blind,
    ...(hops.length === 0
      ? {}
      : { hops: hops.map(({ name, closed, gates: own }) => ({ name, closed, gates: [...own] })) }),
    ...elsewhere(bundle),
    ...(other ? {} : advisories(bundle)),
    ...handshakeOf(other ? setAside(bundle, other) : bundle),
  };
  return { report, findings };
}

function reportedFix(fix: Remedy): NonNullable<ReportedCause['fix']> {
  if ('refuse' in fix) return { ...fix, manual: [...fix.manual] };
  const { changes, ...rest } = fix;
  const undo = undoOf(changes);
  return { ...rest, commands: changes.flatMap(commandsOf), ...(undo ? { undo } : {}) };
}

function reportedStep({ matches, ...step }: TraceStep): NonNullable<ReportedCause['trace']>[number] {
  return {
    ...step,
    matches: matches.map(({ holds, ...match }) => ({ ...match, ...(holds === undefined ? {} : { holds }) })),
  };
}

/** How other machines see the endpoint, where they were asked. */
function elsewhere(bundle: Bundle): Pick<Report, 'vantages'> {
  const found = fromElsewhere(bundle);
  if (!found) return {};
  const seen = found.seen.map(({ section: _, tool: __, addresses, ...rest }) => ({
    ...rest,
    addresses: [...addresses],
  }));
  return { vantages: { seen, proves: found.proves } };
}

/** What is known of this version of sshd, where the server was looked at. */
function advisories(bundle: Bundle): Pick<Report, 'advisories'> {
  const found = sshdBinary.read(bundle);
  const holes = found.known && found.value ? holesOf(found.value) : undefined;
  if (!found.known || !found.value || !holes) return {};
  return {
    advisories: {
      asOf: ADVISORIES_AS_OF,
      holes: holes.map(({ advisory: { id, about }, verdict }) => ({ id, about, verdict })),
      ahead: hazardsAhead(found.value).map(({ release: [major, minor], about }) => ({
        release: `${major}.${minor}`,
        about,
      })),
    },
  };
}

/** Exit status of a diagnosis. */
export function exitStatus(report: Report): number {
  const blocked = report.causes.some((cause) => cause.role === 'blocking');
  // The attempt itself may have been turned away for a reason that was not found.
  return blocked || report.gates.some(({ outcome }) => outcome === 'closed') ? EXIT.closed : EXIT.open;
}
