import { meta } from '../facts/meta.ts';
import { runningConfig } from '../facts/sshd/running.ts';
import type { Bundle } from '../model/bundle.ts';
import { SEVERITIES, type Severity } from '../model/control.ts';
import { EXIT, LookError } from '../model/errors.ts';
import { type HardenReport, type HardenResult, hardenReportSchema } from '../model/harden-report.ts';
import { type ControlResult, type HardenPlan, type Profile, STATUSES } from '../model/hardening.ts';
import { VERSION } from '../model/version.ts';
import { driftBetween } from '../reason/harden/drift.ts';
import { judgeControls } from '../reason/harden/judge.ts';
import { hardenPlan } from '../remedy/harden-plan.ts';
import { jsonOf } from './json.ts';

export interface HardenQuestion {
  readonly input: string;
  readonly profile: Profile;
  readonly failOn: Severity;
  /** ISO date by which waivers end. */
  readonly today: string;
  readonly baseline?: HardenReport;
  /** Also work out what would satisfy the findings. */
  readonly plan: boolean;
}

function reported(one: ControlResult): HardenResult {
  const { repair, want, sources, evidence, ...rest } = one;
  return {
    ...rest,
    want: structuredClone(want) as HardenResult['want'],
    evidence: evidence.map((each) => ({ ...each })),
    sources: sources.map((each) => ({ ...each })),
    ...(repair && { repair: repair.kind }),
    ...(repair?.kind === 'manual' && { steps: [...repair.steps] }),
  };
}

/** What would satisfy the findings, as changes. Pure. */
export function planFor(bundle: Bundle, { profile, today }: Pick<HardenQuestion, 'profile' | 'today'>): HardenPlan {
  return hardenPlan(bundle, judgeControls(bundle, profile, today), profile, today);
}

/** The posture of the server in a bundle. Pure. */
export function harden(bundle: Bundle, o: HardenQuestion): HardenReport {
  const judged = judgeControls(bundle, o.profile, o.today);
  const results = judged.map(reported);
  const running = runningConfig.read(bundle);
  const machine = meta.read(bundle);
  const release = running.known ? running.value.config.release : undefined;
  const count = (status: (typeof STATUSES)[number]) => results.filter((one) => one.status === status).length;
  const plan = o.plan ? hardenPlan(bundle, judged, o.profile, o.today) : undefined;
  return {
    schema: 1,
    tool: { name: 'sshwhy', version: VERSION },
    takenAt: bundle.takenAt,
    target: { input: o.input, ...(machine.known && machine.value.hostname !== '' && { host: machine.value.hostname }) },
    profile: { name: o.profile.name, title: o.profile.title },
    ...(release && { release: release.join('.') }),
    failOn: o.failOn,
    counts: Object.fromEntries(STATUSES.map((status) => [status, count(status)])) as HardenReport['counts'],
    results,
    ...(o.baseline && { drift: driftBetween(o.baseline, results) }),
    ...(plan && { plan: structuredClone(plan) as NonNullable<HardenReport['plan']> }),
  };
}

/** Severities are compared by their place. */
const atLeastAs = (one: Severity, bound: Severity): boolean => SEVERITIES.indexOf(one) >= SEVERITIES.indexOf(bound);

/** What fails at or above `failOn`, in the order of the report. */
export function failing({ results, failOn }: HardenReport): HardenReport['results'] {
  return results.filter(({ status, severity }) => status === 'fail' && atLeastAs(severity, failOn));
}

/** 4 when changes were taken back; 1 for findings at or above `failOn`; 3 when there are none, but the configuration could not be read. */
export function hardenStatus(report: HardenReport): number {
  const { results, applied } = report;
  if (applied?.outcome === 'rolled-back' || applied?.outcome === 'damaged') return EXIT.rolledBack;
  if (failing(report).length > 0) return EXIT.closed;
  const blind = results.some(({ status, gap }) => status === 'unknown' && gap?.section.startsWith('file:'));
  const sighted = results.some(({ status }) => status === 'pass' || status === 'waived');
  return blind && !sighted ? EXIT.couldNotLook : EXIT.open;
}

/** A baseline that was saved. @throws LookError when the text is none. */
export function readBaseline(file: string, text: string): HardenReport {
  const read = hardenReportSchema.safeParse(jsonOf(file, text));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new LookError(`${file} is no report of sshwhy harden: ${issue?.path.join('.')}: ${issue?.message}`);
}
