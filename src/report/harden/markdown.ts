import type { HardenReport, HardenResult } from '../../model/harden-report.ts';
import { resultKey } from '../../model/hardening.ts';
import { inline, row } from '../markdown-text.ts';
import { placeOf } from '../words.ts';
import { countsText, short } from './place.ts';

function resultRow(one: HardenResult): string {
  const sources = one.sources.map(({ by, section }) => (section === undefined ? by : `${by} ${section}`)).join(', ');
  const where = one.evidence.slice(0, 3).map(placeOf).join(', ');
  const cells = [
    resultKey(one),
    one.severity,
    short(one.now ?? ''),
    short(one.wanted),
    where,
    one.detail ?? '',
    sources,
  ];
  return row(cells);
}

const HEADS: Readonly<Record<HardenResult['status'], string>> = {
  fail: 'Fails',
  unknown: 'Not known',
  waived: 'Waived',
  pass: 'Passes',
  'not-applicable': 'Does not apply',
};

/** The report as a document, for a ticket or a wiki. */
export function hardenMarkdown(report: HardenReport): string {
  const { profile, target, results, takenAt, release } = report;
  const out = [
    `# ${inline(target.host ?? (target.input || 'This server'))} against ${inline(profile.name)}`,
    '',
    `${inline(profile.title)}. Looked at ${takenAt}${release === undefined ? '' : `, OpenSSH ${release}`}. ${countsText(report)}.`,
  ];
  for (const status of Object.keys(HEADS) as HardenResult['status'][]) {
    const mine = results.filter((one) => one.status === status);
    if (mine.length === 0) continue;
    out.push(
      '',
      `## ${HEADS[status]}`,
      '',
      '| control | severity | now | wanted | where | detail | sources |',
      '|---|---|---|---|---|---|---|',
    );
    out.push(...mine.map(resultRow));
  }
  if (report.drift) {
    out.push('', `## Since ${report.drift.since}`, '', '| control | | before | now |', '|---|---|---|---|');
    for (const { result, direction, before, after } of report.drift.changes)
      out.push(row([result, direction, short(before), short(after)]));
  }
  return `${out.join('\n')}\n`;
}
