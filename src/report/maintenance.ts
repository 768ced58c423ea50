import colors from 'picocolors';
import type { Maintenance } from '../model/maintenance.ts';
import { visible } from './escape.ts';

const HEADLINES: Readonly<Record<Exclude<Maintenance['outcome'], 'told'>, string>> = {
  begun: 'The maintenance window is open.',
  planned: 'Nothing was changed: this is only the plan.',
  declined: 'Nothing was changed.',
  refused: 'Nothing was changed.',
  'rolled-back': 'Everything that was changed is as it was.',
  damaged: 'Not everything is known to be as it was.',
  ended: 'The maintenance window is over: who could log in before can do so again.',
};

/** What became of a window, for a person at a terminal. Everything foreign in it is escaped. */
export function maintenanceText(told: Maintenance, o: { color: boolean; door: string }): string {
  const c = colors.createColors(o.color);
  const out: string[] = [];
  if (told.outcome === 'told') {
    if (told.windows?.length === 0) out.push('No maintenance window of sshwhy is remembered on this machine.');
    for (const { id, state, summary } of told.windows ?? [])
      out.push(
        `${visible(id)}  ${state === 'ended' ? c.dim('ended') : c.yellow(state.padEnd(5))}  ${visible(summary)}`,
      );
  } else {
    const good = told.outcome === 'begun' || told.outcome === 'ended' || told.outcome === 'planned';
    out.push((good ? c.green : c.red)(c.bold(HEADLINES[told.outcome])));
  }
  if (told.why !== undefined) out.push(`  Why: ${visible(told.why)}.`);
  if (told.outcome === 'begun') {
    out.push(
      `  Only ${visible((told.allow ?? []).join(', '))} may log in, until ${told.until}. Then the machine ends it by itself,`,
    );
    out.push('  and so does a restart of it. Sessions that stand go on.');
  }
  for (const line of told.diff ?? []) out.push(`    ${visible(line)}`);
  for (const line of told.proof) out.push(`  ${c.green('✔')} ${visible(line)}`);
  for (const line of told.warnings) out.push(`  ${c.yellow('!')} ${visible(line)}`);
  if (told.outcome === 'begun') out.push(c.dim(`  To end it before: sshwhy maintain end ${o.door}`));
  return `${out.join('\n')}\n`;
}
