import colors from 'picocolors';
import type { EffectiveSetting, SettingLine } from '../reason/settings.ts';
import { visible } from './escape.ts';

const place = ({ file, line, match }: SettingLine): string =>
  `${file}:${line}${match === undefined ? '' : ` (in ${match.trim()})`}`;

/**
 * The effective configuration for a person: what lines of the files say, each with its line and with those that it
 * shadows; with `defaults` also what no line says. `?` stands before what is not certain.
 */
export function settingsText(all: readonly EffectiveSetting[], o: { color: boolean; defaults: boolean }): string {
  const c = colors.createColors(o.color);
  const shown = all.filter(({ from, shadowed }) => o.defaults || from.length > 0 || shadowed.length > 0);
  const lines = shown.flatMap(({ keyword, values, from, shadowed, certain }) => {
    const value = values.length === 0 ? '(nothing)' : visible(values.join(' '));
    const origin = from.length === 0 ? 'default' : from.map((line) => visible(place(line))).join(', ');
    return [
      `${certain ? ' ' : c.yellow('?')} ${c.bold(keyword)} ${value}  ${c.dim(origin)}`,
      ...shadowed.map((line) => c.dim(`      without effect: ${visible(place(line))}: ${visible(line.text)}`)),
    ];
  });
  const unsure = shown.some(({ certain }) => !certain)
    ? ['', '? hangs on something that was not said: --user, --from and --port tell which Match blocks apply']
    : [];
  const hidden = all.length - shown.length;
  const rest = hidden > 0 ? ['', `and ${hidden} defaults (--verbose)`] : [];
  return `${[...lines, ...unsure, ...rest].join('\n')}\n`;
}
