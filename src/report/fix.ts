import colors from 'picocolors';
import type { FixReport } from '../model/fix-report.ts';
import { visible } from './escape.ts';

type Plan = NonNullable<FixReport['plan']>;

/** What would be changed, with a diff, for a person at a terminal. Everything foreign in it is escaped. */
export function planText(plan: Plan & { readonly text: string; readonly risk: string }, o: { color: boolean }): string {
  const c = colors.createColors(o.color);
  const paint = (line: string): string =>
    line.startsWith('+') ? c.green(visible(line)) : line.startsWith('-') ? c.red(visible(line)) : visible(line);
  const risk = plan.risk === 'safe' ? '' : plan.risk === 'interrupts' ? ' (interrupts)' : ' (may lock out)';
  return [
    `${c.red('✖')} ${c.bold(visible(plan.text))}`,
    c.dim(`  ${plan.cause}`),
    '',
    `  ${c.green('Fix')} on the ${plan.where}${risk}: ${visible(plan.summary)}`,
    ...plan.commands.map((command) => `    ${c.cyan(visible(command))}`),
    ...(plan.diff.length > 0 ? ['', ...plan.diff.map((line) => `    ${paint(line)}`)] : []),
    '',
  ].join('\n');
}

const HEADLINES: Readonly<Record<FixReport['outcome'], string>> = {
  fixed: 'The login works now, proven by a fresh one.',
  nothing: 'Nothing keeps this login out, so nothing was changed.',
  planned: 'Nothing was changed: this is only the plan.',
  stuck: 'Nothing was changed.',
  declined: 'Nothing was changed.',
  refused: 'Nothing was changed.',
  'rolled-back': 'Everything that was changed is as it was.',
  damaged: 'Not everything is known to be as it was.',
};

/** How it ended, in one sentence. */
export const headlineOfFix = (outcome: FixReport['outcome']): string => HEADLINES[outcome];

/** How it ended. Everything foreign in it is escaped. */
export function outcomeText(fix: FixReport, o: { color: boolean }): string {
  const c = colors.createColors(o.color);
  const good = fix.outcome === 'fixed' || fix.outcome === 'nothing';
  const lines = [(good ? c.green : c.red)(c.bold(HEADLINES[fix.outcome]))];
  if (fix.why !== undefined) lines.push(`  Why: ${visible(fix.why)}.`);
  for (const { id, cause, effects, warnings } of fix.made) {
    lines.push(c.dim(`  ${id}  ${cause}`));
    for (const effect of effects) lines.push(`    sshd -T: ${visible(effect)}`);
    for (const warning of warnings) lines.push(`    ${c.yellow(visible(warning))}`);
  }
  if (fix.outcome === 'fixed' && fix.made.length > 0) {
    const ids = fix.made.toReversed().map(({ id }) => `sshwhy undo ${id}`);
    lines.push(c.dim(`  To take it back later, on that machine or with --on: ${ids.join('; ')}`));
  }
  return `${lines.join('\n')}\n`;
}
