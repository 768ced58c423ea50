import type { Evidence } from '../../model/finding.ts';
import type { PreflightCheck } from '../../model/preflight.ts';

type More = Partial<Pick<PreflightCheck, 'cause'>> & {
  readonly evidence?: readonly Evidence[];
  readonly advice?: readonly string[];
};

/** One answer of the preflight. */
export function checked(
  id: string,
  outcome: PreflightCheck['outcome'],
  text: string,
  { evidence = [], advice = [], cause }: More = {},
): PreflightCheck {
  const seen = evidence.map(({ line, ...rest }) => ({ ...rest, ...(line !== undefined && { line }) }));
  return { id, outcome, text, evidence: seen, advice: [...advice], ...(cause !== undefined && { cause }) };
}

/** Nobody looked: what would have to be done so that somebody does. */
export function unseen(id: string, what: string, { section, gap }: { section: string; gap: string }): PreflightCheck {
  const how =
    gap === 'not-collected'
      ? 'collect the bundle with --boot'
      : gap === 'denied'
        ? 'look as root'
        : 'look at it on the machine';
  return checked(id, 'unknown', `${what} could not be seen (${section}: ${gap}).`, { advice: [how] });
}

/** A line of a section, quoted. */
export function cite(section: string, line: number | undefined, text: string): Evidence[] {
  return [{ side: 'server', section, line, text }];
}
