import colors from 'picocolors';
import type { ChangedHost, KeyChange } from '../model/keys-change.ts';
import { clip, visible } from './escape.ts';

const OUTCOME: Readonly<Record<ChangedHost['outcome'], string>> = {
  done: '✔ done',
  already: '✔ nothing was left to do',
  planned: '· would be changed',
  refused: '✖ nothing was changed',
  'rolled-back': '✖ taken back',
  damaged: '✖ not all of it could be taken back',
  'could-not-look': '✖ could not be looked at',
  'not-tried': '· not tried',
};
const DIFF_MAX = 60;

/** What a step would do, for somebody who has to say yes to it. */
export function keyStepText(host: string, says: readonly string[], diff: readonly string[]): string {
  const lines = [`${visible(host)}:`, ...says.map((text) => `  ${clip(text, 300)}`), ...diffLines(diff)];
  return `${lines.join('\n')}\n`;
}

function diffLines(diff: readonly string[]): string[] {
  const shown = diff.slice(0, DIFF_MAX).map((line) => `    ${clip(line, 160)}`);
  return diff.length > DIFF_MAX ? [...shown, `    … and ${diff.length - DIFF_MAX} more lines`] : shown;
}

/** What became of a rotation or a revocation, host by host. Everything foreign in it is escaped. */
export function keyChangeText({ hosts }: KeyChange, o: { readonly color: boolean }): string {
  const c = colors.createColors(o.color);
  const out: string[] = [];
  for (const { host, outcome, why, steps, diff = [] } of hosts) {
    const paint = outcome === 'done' || outcome === 'already' ? c.green : outcome === 'planned' ? c.cyan : c.red;
    out.push(`${c.bold(visible(host))}  ${paint(OUTCOME[outcome])}${why === undefined ? '' : `: ${clip(why, 400)}`}`);
    for (const step of steps) out.push(`  ${clip(step, 300)}`);
    out.push(...diffLines(diff));
  }
  return `${out.join('\n')}\n`;
}
