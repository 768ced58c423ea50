import { cut } from '../model/cut.ts';
import type { ReportedCause } from '../model/report.ts';
import { fence, inline } from './markdown-text.ts';
import { RISK } from './words.ts';

/** What there is to do, as plain lines; foreign text in them is raw. */
export function adviceLines(fix: ReportedCause['fix']): string[] {
  if (fix === undefined) return [];
  if ('refuse' in fix) return [`Not for a machine to fix: ${fix.refuse}.`, ...fix.manual.map((step) => `  - ${step}`)];
  return [`Fix on the ${fix.where}: ${fix.summary}`, ...fix.commands.map((command) => `  ${command}`)];
}

/** The same for a ticket; a command that is longer than `longest` is cut. */
export function adviceMarkdown(fix: ReportedCause['fix'], longest = Number.POSITIVE_INFINITY): string[] {
  if (fix === undefined) return [];
  if ('refuse' in fix)
    return [
      '',
      `**Not for a machine to fix:** ${inline(fix.refuse)}.`,
      '',
      ...fix.manual.map((step) => `- ${inline(step)}`),
    ];
  const risk = fix.risk === 'safe' ? '' : ` (${RISK[fix.risk]})`;
  const commands = fix.commands.map((command) => cut(command, longest));
  return ['', `**Fix on the ${fix.where}**${risk}: ${inline(fix.summary)}`, '', ...fence(commands, 'sh')];
}
