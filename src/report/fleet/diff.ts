import pc from 'picocolors';
import type { FleetChange } from '../../reason/fleet/diff.ts';
import { clip, visible } from '../escape.ts';
import { grantLines } from './diff-words.ts';

/** What changed between two runs, a host and two lines each. */
export function fleetDiffText(
  changes: readonly FleetChange[],
  { color, width }: { color: boolean; width: number },
): string {
  if (changes.length === 0) return 'Nothing changed.\n';
  const { red, green, yellow, dim, bold } = pc.createColors(color);
  const tint: Readonly<Record<string, (text: string) => string>> = { worse: red, gone: red, better: green };
  const side = (mark: string, of: FleetChange['before']): string[] =>
    of === undefined ? [] : [dim(`  ${mark} ${clip(`${of.outcome}: ${of.says}`, width - 4)}`)];
  return `${changes
    .flatMap(({ name, port, vantage, kind, before, after, grants }) => [
      `${bold(visible(name))}${port === 22 ? '' : `:${port}`}${vantage === undefined ? '' : ` from ${visible(vantage)}`}  ${(tint[kind] ?? dim)(kind)}`,
      ...side('-', before),
      ...side('+', after),
      ...(grants === undefined
        ? []
        : grantLines(grants).map(
            ({ mark, text }) =>
              `    ${{ '+': red, '-': green, '≠': yellow, '?': dim }[mark](mark)} ${clip(text, width * 2)}`,
          )),
    ])
    .join('\n')}\n`;
}
