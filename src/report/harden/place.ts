import { cut } from '../../model/cut.ts';
import type { HardenReport, HardenResult } from '../../model/harden-report.ts';

/** A long list of algorithms tells by its beginning. */
const LONG = 80;

export function short(text: string): string {
  return cut(text, LONG);
}

/** `yes, wanted no`; what is wanted alone where there is no value to hold against it. */
export function valuesOf({ now, wanted }: HardenResult): string {
  return now === undefined ? `wanted: ${short(wanted)}` : `${short(now)}, wanted ${short(wanted)}`;
}

/** `7 of 40 fail` and what became of the others. */
export function countsText({ counts, results }: HardenReport): string {
  const rest = (['unknown', 'waived', 'pass', 'not-applicable'] as const).flatMap((status) =>
    counts[status] > 0
      ? [`${counts[status]} ${status === 'pass' ? 'pass' : status === 'not-applicable' ? 'do not apply' : status}`]
      : [],
  );
  return [`${counts.fail} of ${results.length} fail`, ...rest].join(', ');
}
