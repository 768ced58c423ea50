import { controlOf } from '../../knowledge/controls/index.ts';
import type { Severity } from '../../model/control.ts';
import type { HardenReport, HardenResult } from '../../model/harden-report.ts';
import { resultKey } from '../../model/hardening.ts';
import { visible } from '../escape.ts';
import { sarifLog, sarifPlaces } from '../sarif-log.ts';
import { valuesOf } from './place.ts';

const KIND = {
  fail: 'fail',
  unknown: 'open',
  waived: 'fail',
  pass: 'pass',
  'not-applicable': 'notApplicable',
} as const;
const LEVEL: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};
/** What GitHub sorts by. */
const SCORE: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.5',
  info: '0.0',
};

function rule(id: string, one: HardenResult): object {
  const control = controlOf(id);
  return {
    id,
    shortDescription: { text: control?.title ?? one.title },
    ...(control && { fullDescription: { text: control.why } }),
    ...(control?.care !== undefined && { help: { text: control.care } }),
    defaultConfiguration: { level: LEVEL[control?.severity ?? one.severity] },
    properties: {
      'security-severity': SCORE[control?.severity ?? one.severity],
      sources: one.sources.map(({ by, section }) => (section === undefined ? by : `${by} ${section}`)),
    },
  };
}

function result(one: HardenResult): object {
  const detail = one.detail === undefined ? '' : ` (${one.detail})`;
  const failed = KIND[one.status] === 'fail';
  return {
    ruleId: one.control,
    kind: KIND[one.status],
    level: failed ? LEVEL[one.severity] : 'none',
    message: { text: visible(`${one.title}: ${valuesOf(one)}${detail}`) },
    ...sarifPlaces(one.evidence),
    partialFingerprints: { 'sshwhyResult/v1': visible(resultKey(one)) },
    ...(one.status === 'waived' && {
      suppressions: [
        {
          kind: 'external',
          status: 'accepted',
          justification: visible(`${one.waiver?.reason} (until ${one.waiver?.until})`),
        },
      ],
    }),
  };
}

/** The report as SARIF 2.1.0 (OASIS), for code scanning and other dashboards. */
export function hardenSarif(report: HardenReport): object {
  const rules = new Map(report.results.map((one) => [one.control, rule(one.control, one)]));
  return sarifLog({
    version: report.tool.version,
    takenAt: report.takenAt,
    rules: [...rules.values()],
    results: report.results.map(result),
    properties: { profile: visible(report.profile.name) },
  });
}
