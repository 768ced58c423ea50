import pc from 'picocolors';
import type { FleetChange } from '../../reason/fleet/diff.ts';
import { clip, visible } from '../escape.ts';

/** What changed between two runs, a host and two lines each. */
export function fleetDiffText(
  changes: readonly FleetChange[],
  { color, width }: { color: boolean; width: number },
): string {
  if (changes.length === 0) return 'Nothing changed.\n';
  const { red, green, dim, bold } = pc.createColors(color);
  const tint: Readonly<Record<string, (text: string) => string>> = { worse: red, gone: red, better: green };
  const side = (mark: string, of: FleetChange['before']): string[] =>
    of === undefined ? [] : [dim(`  ${mark} ${clip(`${of.outcome}: ${of.says}`, width - 4)}`)];
  return `${changes
    .flatMap(({ name, port, kind, before, after }) => [
      `${bold(visible(name))}${port === 22 ? '' : `:${port}`}  ${(tint[kind] ?? dim)(kind)}`,
      ...side('-', before),
      ...side('+', after),
    ])
    .join('\n')}\n`;
}
