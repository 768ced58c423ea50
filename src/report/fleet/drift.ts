import pc from 'picocolors';
import type { FleetDrift } from '../../model/fleet.ts';
import { clip, visible } from '../escape.ts';
import { alikeName, endpoint, n } from './words.ts';

const DIFFERS_MAX = 40;
const PLACES_MAX = 3;

/** What differs between hosts that should be alike, for a person: a sentence for each, and where the odd ones have it. */
export function driftText(all: readonly FleetDrift[], { color, width }: { color: boolean; width: number }): string {
  if (all.length === 0) return 'No host is in such a group or has such a tag.\n';
  const { bold, dim, yellow } = pc.createColors(color);
  return `${all
    .map((one) => {
      const shown = one.differs.slice(0, DIFFERS_MAX);
      const lines = shown.flatMap(({ says, kind, values }) => {
        const odd =
          kind === 'own' ? [] : (kind === 'minority' ? values.slice(1) : values).flatMap(({ hosts }) => hosts);
        const places = odd.flatMap((host) => (host.at === undefined ? [] : [`${endpoint(host)}: ${host.at}`]));
        const mark = kind === 'minority' ? yellow('≠') : kind === 'own' ? ' ' : '≠';
        return [
          `${mark} ${clip(says, width * 3)}`,
          ...(places.length > 0 ? [dim(`    ${clip(places.slice(0, PLACES_MAX).join(', '), width - 4)}`)] : []),
        ];
      });
      const left = one.differs.length - shown.length;
      return [
        bold(visible(alikeName(one))),
        `  ${one.says}`,
        ...lines.map((line) => `  ${line}`),
        ...(left > 0 ? [`  and ${n(left)} more`] : []),
      ].join('\n');
    })
    .join('\n\n')}\n`;
}
