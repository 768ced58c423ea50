import type { ReportedCause } from '../model/report.ts';
import { clip } from './escape.ts';

export type Step = NonNullable<ReportedCause['trace']>[number];

const SIGN = { yes: '=', no: '≠', unknown: '?' } as const;
const VERB: Readonly<Partial<Record<Step['action'], string>>> = {
  pass: 'does not match',
  jump: 'goes to',
  translate: 'is sent elsewhere',
  mark: 'is marked',
  untrack: 'is not tracked',
  unknown: 'cannot be told',
};

/** One field against what the rule wants of it: `≠ tcp dport 22 (is 2222)`. Foreign text in it. */
export function matchText({ field, wanted, got, holds }: Step['matches'][number]): string {
  const sign = holds === undefined ? SIGN.unknown : holds ? SIGN.yes : SIGN.no;
  return `${sign} ${field} ${wanted}${got === undefined ? '' : ` (is ${got})`}`;
}

/** Hook or stage at which a step stands. */
export function stageText({ packet, layer, stage }: Step): string {
  return `${packet === 'reply' ? 'answer, ' : ''}${layer === 'cloud' ? 'cloud, ' : ''}${stage}`;
}

/** What becomes of the packet by a step, as a verb. */
export function verbText({ action, detail }: Step): string {
  return `${VERB[action] ?? action}${detail === undefined ? '' : ` ${detail}`}`;
}

/** The way of a packet for people: where it stands, the rule, and under it the fields that matched or did not. */
export function traceLines(trace: readonly Step[], width: number): string[] {
  const lines: string[] = ['    the way of the packet:'];
  let at = '';
  for (const step of trace) {
    const { place, rule, matches } = step;
    const where = stageText(step);
    if (where !== at) lines.push(`      ${clip(where, 80)}`);
    at = where;
    lines.push(`        ${clip(`${place} │ ${rule}`, Math.max(60, width))} → ${clip(verbText(step), 80)}`);
    if (matches.length > 0) lines.push(`            ${clip(matches.map(matchText).join('   '), Math.max(60, width))}`);
  }
  return lines;
}
