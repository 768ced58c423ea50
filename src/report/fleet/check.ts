import pc from 'picocolors';
import type { FleetHost, FleetSummary } from '../../model/fleet.ts';
import { GATES } from '../../model/gate.ts';
import { columns } from '../columns.ts';
import { clip, visible } from '../escape.ts';
import { keySumsText } from './keys.ts';
import { fromPlaces, looksOf } from './words.ts';

const MARKS: Readonly<Record<string, string>> = {
  open: '✔',
  closed: '✖',
  degraded: '◐',
  unknown: '?',
  'not-reached': '·',
  'not-asked': '-',
};
const NAMES_SHOWN = 8;

/** The hosts by what keeps people out, for a person. */
export function fleetText(summary: FleetSummary, { color, width }: { color: boolean; width: number }): string {
  const { red, green, yellow, bold, dim } = pc.createColors(color);
  const tint: Readonly<Record<string, (text: string) => string>> = { open: green, closed: red, degraded: yellow };
  const counts = ['open', 'closed', 'degraded', 'unknown', 'not-asked'].flatMap((outcome) => {
    const count = summary.outcomes[outcome] ?? 0;
    return count === 0 ? [] : [(tint[outcome] ?? dim)(`${count.toLocaleString('en')} ${outcome.replace('-', ' ')}`)];
  });
  const rate = `, ${Math.round((looksOf(summary) * 1000) / summary.ms).toLocaleString('en')} a second`;
  // A run that was read from its file took no time of which anybody knows.
  const took = summary.ms > 0 ? ` in ${(summary.ms / 1000).toFixed(1)} s${rate}` : '';
  const lines = [
    `${bold(`${summary.hosts.toLocaleString('en')} host${summary.hosts === 1 ? '' : 's'}`)}${fromPlaces(summary)}${took}: ${counts.join(', ')}`,
  ];
  for (const { id, verdict, severity, says, hosts, count } of summary.groups) {
    const level = verdict ?? severity;
    const shown = hosts.slice(0, NAMES_SHOWN).map(visible).join(', ');
    const more = count > NAMES_SHOWN ? `, and ${(count - NAMES_SHOWN).toLocaleString('en')} more` : '';
    lines.push(
      '',
      `${bold(`${count.toLocaleString('en')} × ${id}`)}${level === undefined ? '' : ` ${dim(`(${level})`)}`}`,
    );
    lines.push(`  ${clip(count === 1 ? says : `e.g. ${says}`, width - 2)}`, `  ${clip(shown + more, width - 2)}`);
  }
  if (summary.keys !== undefined) lines.push(keySumsText(summary.keys, { color, width }).trimEnd());
  if (summary.interrupted)
    lines.push('', yellow('It was interrupted; what is said above is of the hosts that were asked by then.'));
  return `${lines.join('\n')}\n`;
}

/** Host × gate; hosts that are open throughout are left out unless all are wanted. */
export function fleetMatrix(hosts: readonly FleetHost[], { color, width }: { color: boolean; width: number }): string {
  const { red, green, yellow, dim } = pc.createColors(color);
  const tint: Readonly<Record<string, (text: string) => string>> = { '✔': green, '✖': red, '◐': yellow };
  const names = hosts.map(({ name, vantage }) =>
    clip(vantage === undefined ? name : `${name} from ${vantage}`, Math.max(20, Math.floor(width / 3))),
  );
  const rows = columns([
    ['host', ...GATES],
    ...hosts.map(({ gates }, i) => [
      names[i] ?? '',
      ...GATES.map((gate) =>
        (MARKS[gates.find((one) => one.gate === gate)?.outcome ?? 'not-asked'] ?? '?').padEnd(gate.length),
      ),
    ]),
  ]);
  const painted = rows.map((row, i) =>
    i === 0 ? dim(row) : row.replace(/[✔✖◐]/g, (mark) => (tint[mark] ?? dim)(mark)),
  );
  return `${painted.join('\n')}\n${dim('✔ open  ✖ closed  ◐ degraded  ? not told  · not reached  - not asked')}\n`;
}
