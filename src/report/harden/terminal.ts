import colors from 'picocolors';
import type { HardenReport, HardenResult } from '../../model/harden-report.ts';
import { resultKey } from '../../model/hardening.ts';
import { visible } from '../escape.ts';
import { placeOf } from '../words.ts';
import { countsText, valuesOf } from './place.ts';
import { appliedLines, planLines } from './plan.ts';

const MARK = { fail: '✖', unknown: '?', waived: '~', pass: '✔', 'not-applicable': '·' } as const;
const ARROW = { better: '↑', worse: '↓', other: '·' } as const;

function head({ control, subject }: HardenResult): string {
  return resultKey({ control, subject: subject === undefined ? undefined : visible(subject) });
}

function lines(one: HardenResult, verbose: boolean, c: ReturnType<typeof colors.createColors>): string[] {
  const tint =
    one.status === 'fail' ? c.red : one.status === 'unknown' ? c.yellow : one.status === 'pass' ? c.green : c.dim;
  const detail = one.detail === undefined ? '' : ` (${visible(one.detail)})`;
  const first = `${tint(MARK[one.status])} ${one.severity.padEnd(8)} ${c.bold(head(one))}: ${visible(valuesOf(one))}${detail}`;
  const shown = verbose ? one.evidence : one.evidence.slice(0, 2);
  const more = one.evidence.length - shown.length;
  const seen =
    one.status === 'pass' && !verbose
      ? []
      : shown.map((each) => `    ${visible(placeOf(each))} │ ${visible(each.text)}`);
  return [
    first,
    ...seen.map(c.dim),
    ...(more > 0 && one.status !== 'pass' ? [c.dim(`    and ${more} more (--verbose)`)] : []),
    ...(one.waiver ? [`    waived until ${one.waiver.until}: ${visible(one.waiver.reason)}`] : []),
    ...(one.settleWith !== undefined ? [`    not seen (${one.gap?.gap}); settle with: ${one.settleWith}`] : []),
    ...(one.status === 'fail' && one.care !== undefined ? [c.dim(`    before: ${one.care}`)] : []),
    ...(one.status === 'fail' ? (one.steps ?? []).map((step) => `    by hand: ${visible(step)}`) : []),
    ...(verbose
      ? [
          c.dim(
            `    ${one.title}. ${one.sources.map(({ by, section }) => `${by}${section === undefined ? '' : ` ${section}`}`).join(', ')}`,
          ),
        ]
      : []),
  ];
}

/** The report for a person. Without `verbose`, what passes and what does not apply is only counted. */
export function hardenText(report: HardenReport, o: { color: boolean; verbose: boolean }): string {
  const c = colors.createColors(o.color);
  const { profile, target, release } = report;
  const who = visible(target.host ?? (target.input || 'this server'));
  const out = [
    `${c.bold(who)}${release === undefined ? '' : `, OpenSSH ${release}`}, held against ${visible(profile.name)} (${visible(profile.title)}): ${countsText(report)}`,
  ];
  const shown = report.results.filter(({ status }) => o.verbose || !['pass', 'not-applicable'].includes(status));
  if (shown.length > 0) out.push('', ...shown.flatMap((one) => lines(one, o.verbose, c)));
  if (report.drift) {
    const { since, changes } = report.drift;
    out.push('', c.bold(`Since ${since}: ${changes.length === 0 ? 'nothing has changed' : ''}`.trimEnd()));
    for (const { result, direction, before, after } of changes)
      out.push(
        `${ARROW[direction]} ${direction === 'other' ? 'changed' : direction.padEnd(7)} ${visible(result)}: ${visible(before)} → ${visible(after)}`,
      );
  }
  if (report.applied) out.push('', ...appliedLines(report.applied));
  else if (report.plan) out.push('', ...planLines(report.plan, c.bold));
  else if (
    report.results.some(({ status, repair }) => status === 'fail' && repair !== undefined && repair !== 'manual')
  )
    out.push('', 'What would satisfy these: --dry-run; to do it: --apply');
  return `${out.join('\n')}\n`;
}
