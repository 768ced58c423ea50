import type { Drift, HardenReport, HardenResult } from '../../model/harden-report.ts';
import type { Status } from '../../model/hardening.ts';
import { resultKey } from '../../model/hardening.ts';

/** Better first; what does not apply is neither. */
const ORDER: readonly Status[] = ['pass', 'waived', 'unknown', 'fail'];

const said = (one: HardenResult | undefined): string =>
  one === undefined ? 'not there' : `${one.status}${one.now === undefined ? '' : ` (${one.now})`}`;

function direction(before: HardenResult | undefined, after: HardenResult | undefined): 'better' | 'worse' | 'other' {
  // A further place that fails is worse, and one that is gone better.
  const [from, to] = [before, after].map((one) => (one === undefined ? 0 : ORDER.indexOf(one.status)));
  if (from === undefined || to === undefined || from < 0 || to < 0 || from === to) return 'other';
  return to < from ? 'better' : 'worse';
}

/** What has changed from one run to another, in the order of the later one; what got worse first. */
export function driftBetween(baseline: HardenReport, results: readonly HardenResult[]): Drift {
  const before = new Map(baseline.results.map((one) => [resultKey(one), one]));
  const after = new Map(results.map((one) => [resultKey(one), one]));
  const keys = [...new Set([...after.keys(), ...before.keys()])];
  const changes = keys.flatMap((result) => {
    const [was, is] = [before.get(result), after.get(result)];
    if (said(was) === said(is)) return [];
    return [{ result, direction: direction(was, is), before: said(was), after: said(is) }];
  });
  const rank = { worse: 0, other: 1, better: 2 };
  return {
    since: baseline.takenAt,
    changes: changes.toSorted((a, b) => rank[a.direction] - rank[b.direction]),
  };
}
