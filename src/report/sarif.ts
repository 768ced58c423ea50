import { causes } from '../causes/index.gen.ts';
import type { Report, ReportedCause } from '../model/report.ts';
import { visible } from './escape.ts';
import { sarifLog, sarifPlaces } from './sarif-log.ts';
import { headline } from './words.ts';

const LEVEL = { confirmed: 'error', likely: 'warning', possible: 'note' } as const;

/** By the verdict; what does not keep this login out is never an error, what does not touch it a note. */
function levelOf({ role, verdict }: ReportedCause): 'error' | 'warning' | 'note' {
  if (role === 'latent' || role === 'consequence') return 'note';
  return role === 'degrading' && verdict === 'confirmed' ? 'warning' : LEVEL[verdict];
}

function rule(id: string): object {
  const known = causes.find((cause) => cause.id === id);
  return {
    id,
    ...(known && { shortDescription: { text: known.title }, fullDescription: { text: known.why } }),
    help: { text: `sshwhy explain ${id}` },
  };
}

function advice({ fix }: ReportedCause): object {
  if (!fix) return {};
  if ('refuse' in fix) return { refuse: visible(fix.refuse), manual: fix.manual.map(visible) };
  const { summary, risk, where, commands, undo } = fix;
  return {
    fix: visible(summary),
    risk,
    where,
    commands: commands.map(visible),
    ...(undo && { undo: undo.map(visible) }),
  };
}

function result(one: ReportedCause, ruleIndex: number): object {
  return {
    ruleId: one.id,
    ruleIndex,
    kind: 'fail',
    level: levelOf(one),
    message: { text: visible(one.text) },
    ...sarifPlaces(one.evidence),
    partialFingerprints: { 'sshwhyCause/v1': visible(`${one.id} ${one.subject ?? ''}`.trim()) },
    properties: { role: one.role, verdict: one.verdict, ...advice(one) },
  };
}

/** The causes of a report as SARIF 2.1.0, for code scanning and other dashboards. */
export function diagnosisSarif(report: Report): object {
  const ids = [...new Set(report.causes.map(({ id }) => id))];
  return sarifLog({
    version: report.tool.version,
    takenAt: report.takenAt,
    rules: ids.map(rule),
    results: report.causes.map((one) => result(one, ids.indexOf(one.id))),
    properties: { answer: visible(headline(report)) },
  });
}
