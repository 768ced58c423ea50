import { pathOfSection } from '../../facts/bundle.ts';
import { cut } from '../../model/cut.ts';
import type { FleetSummary } from '../../model/fleet.ts';
import type { HardenReport } from '../../model/harden-report.ts';
import type { Report, ReportedCause } from '../../model/report.ts';
import { adviceLines } from '../advice.ts';
import { visible } from '../escape.ts';
import { countsText, valuesOf } from '../harden/place.ts';
import { headline, placeOf } from '../words.ts';

type Level = 'error' | 'warning' | 'notice';

interface Annotation {
  readonly level: Level;
  readonly title: string;
  /** Lines; foreign text may be in them. */
  readonly says: readonly string[];
  readonly seen?: { readonly section: string; readonly line?: number | undefined } | undefined;
}

// Escapes of GitHub's workflow commands (actions/toolkit, core/src/command.ts).
const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => data(visible(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** What one annotation may say: GitHub cuts at 64 kB, and nobody reads as much. */
const SAYS_MAX = 4000;

/** `::error file=/etc/ssh/sshd_config,line=12,title=sshwhy daemon/config-invalid::…` */
function annotation({ level, title, says, seen }: Annotation): string {
  const file = seen && pathOfSection(seen.section);
  const place = file?.startsWith('/')
    ? [`file=${property(file)}`, ...(seen?.line === undefined ? [] : [`line=${seen.line}`])]
    : [];
  const text = cut(says.map(visible).join('\n'), SAYS_MAX);
  return `::${level} ${[...place, `title=${property(title)}`].join(',')}::${data(text)}\n`;
}

const ROLE: Readonly<Record<ReportedCause['role'], Level>> = {
  blocking: 'error',
  degrading: 'warning',
  latent: 'notice',
  consequence: 'notice',
};

/** The causes as annotations of a job of GitHub Actions, and a gate that is closed for a reason that was not found. */
export function diagnosisAnnotations(report: Report): string {
  const found = report.causes.map(
    (one): Annotation => ({
      level: ROLE[one.role],
      title: `sshwhy ${one.id}`,
      says: [
        `${one.text} (${one.role}, ${one.verdict})`,
        ...one.evidence.slice(0, 5).map((seen) => `${seen.side} ${placeOf(seen)} | ${seen.text}`),
        ...adviceLines(one.fix),
      ],
      seen: one.evidence.find(({ section }) => pathOfSection(section) !== undefined),
    }),
  );
  const closed = report.gates.find(({ outcome }) => outcome === 'closed');
  const blocked = report.causes.some(({ role }) => role === 'blocking');
  const unfound: Annotation[] =
    closed && !blocked
      ? [{ level: 'error', title: `sshwhy ${closed.gate}`, says: [headline(report), closed.detail] }]
      : [];
  return [...unfound, ...found].map(annotation).join('');
}

const SEVERITY: Readonly<Record<string, Level>> = { critical: 'error', high: 'error', medium: 'warning' };

/** What fails of a profile, each where it stands. */
export function hardenAnnotations(report: HardenReport): string {
  const failing = report.results.filter(({ status }) => status === 'fail');
  const all = failing.map(
    (one): Annotation => ({
      level: SEVERITY[one.severity] ?? 'notice',
      title: `sshwhy ${one.control}`,
      says: [
        `${one.title}: ${valuesOf(one)} (${one.severity})`,
        ...(one.detail === undefined ? [] : [one.detail]),
        ...(one.steps ?? []).map((step) => `- ${step}`),
      ],
      seen: one.evidence.find(({ section }) => pathOfSection(section) !== undefined),
    }),
  );
  const { profile } = report;
  const sum: Annotation = { level: 'notice', title: `sshwhy harden ${profile.name}`, says: [countsText(report)] };
  return [...all, sum].map(annotation).join('');
}

const NAMES_SHOWN = 50;

/** What many hosts have in common, and which of them are closed. */
export function fleetAnnotations({ hosts, outcomes, groups }: FleetSummary): string {
  const of = (outcome: string): number => outcomes[outcome] ?? 0;
  const counts = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome.replace('-', ' ')}`);
  const bad = of('closed') > 0;
  const sum: Annotation = {
    level: bad ? 'error' : of('degraded') + of('unknown') > 0 ? 'warning' : 'notice',
    title: 'sshwhy fleet',
    says: [`${hosts} host${hosts === 1 ? '' : 's'}: ${counts.join(', ')}`],
  };
  const each = groups.map(
    ({ id, verdict, says, count, hosts: names }): Annotation => ({
      level: verdict === undefined || verdict === 'confirmed' ? 'warning' : 'notice',
      title: `sshwhy ${id}`,
      says: [
        `${count} of ${hosts} hosts: ${says}`,
        `${names.slice(0, NAMES_SHOWN).join(', ')}${count > NAMES_SHOWN ? ', and others' : ''}`,
      ],
    }),
  );
  return [sum, ...each].map(annotation).join('');
}

/**
 * Text for people in the log of a job, which the runner reads for commands of its own (`::`, and `##[` anywhere in a line):
 * nothing of it is taken for one until `token` comes, which nobody can know before.
 */
export function asLog(text: string, token: string): string {
  return `::stop-commands::${token}\n${text.endsWith('\n') ? text : `${text}\n`}::${token}::\n`;
}
