import type { ReportedCause } from '../model/report.ts';
import { clip } from './escape.ts';

type Step = NonNullable<ReportedCause['trace']>[number];

const SIGN = { yes: '=', no: '≠', unknown: '?' } as const;
const VERB: Readonly<Partial<Record<Step['action'], string>>> = {
  pass: 'does not match',
  jump: 'goes to',
  translate: 'is sent elsewhere',
  mark: 'is marked',
  untrack: 'is not tracked',
  unknown: 'cannot be told',
};

function match({ field, wanted, got, holds }: Step['matches'][number]): string {
  const sign = holds === undefined ? SIGN.unknown : holds ? SIGN.yes : SIGN.no;
  return `${sign} ${field} ${wanted}${got === undefined ? '' : ` (is ${got})`}`;
}

/** The way of a packet for people: where it stands, the rule, and under it the fields that matched or did not. */
export function traceLines(trace: readonly Step[], width: number): string[] {
  const lines: string[] = ['    the way of the packet:'];
  let at = '';
  for (const { layer, packet, stage, place, rule, matches, action, detail } of trace) {
    const where = `${packet === 'reply' ? 'answer, ' : ''}${layer === 'cloud' ? 'cloud, ' : ''}${stage}`;
    if (where !== at) lines.push(`      ${clip(where, 80)}`);
    at = where;
    const verb = `${VERB[action] ?? action}${detail === undefined ? '' : ` ${detail}`}`;
    lines.push(`        ${clip(`${place} │ ${rule}`, Math.max(60, width))} → ${clip(verb, 80)}`);
    if (matches.length > 0) lines.push(`            ${clip(matches.map(match).join('   '), Math.max(60, width))}`);
  }
  return lines;
}
