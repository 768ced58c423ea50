import pc from 'picocolors';
import type { FleetHost, FleetVantages } from '../../model/fleet.ts';
import { columns as inColumns } from '../columns.ts';
import { clip, visible } from '../escape.ts';
import { wrap } from '../terminal.ts';
import { endpoint, hosts, n, OUTCOME_MARK, some } from './words.ts';

type Cell = NonNullable<FleetVantages['rows'][number]['cells'][number]>;

const ROWS_SHOWN = 100;
const NAMES_SHOWN = 3;
const WORD: Readonly<Record<FleetHost['outcome'], string>> = {
  open: 'open',
  closed: 'closed',
  degraded: 'degraded',
  unknown: 'not known',
  'not-asked': 'not asked',
};

/** What decides: the cause, else the gate, else what became of it. */
export const cellWord = ({ outcome, gate, id }: Cell): string =>
  outcome === 'open' ? WORD.open : (id ?? gate ?? WORD[outcome]);

/** From where to where, for a person: what differs between places first, and each row in words. */
export function vantagesText(
  { columns, rows, further, says }: FleetVantages,
  { color, width }: { readonly color: boolean; readonly width: number },
): string {
  const { bold, dim, red, green, yellow } = pc.createColors(color);
  const tint: Readonly<Record<string, (text: string) => string>> = { '✔': green, '✖': red, '!': yellow, '?': yellow };
  const shown = rows.slice(0, ROWS_SHOWN);
  const room = Math.max(12, Math.floor((width - 30) / Math.max(1, columns.length)) - 2);
  const lines = inColumns([
    ['', ...columns.map(({ vantages }) => clip(`from ${some(vantages, vantages.length, 2)}`, Math.max(room, 20)))],
    ...shown.map(({ cells, hosts: names, count }) => [
      clip(some(names.map(endpoint), count, NAMES_SHOWN), 40),
      ...cells.map((cell) =>
        cell === null ? '' : clip(`${OUTCOME_MARK[cell.outcome]} ${cellWord(cell)}`, Math.max(room, 20)),
      ),
    ]),
  ]);
  const left = rows.slice(ROWS_SHOWN).reduce((sum, { count }) => sum + count, further);
  const out = [bold(wrap(visible(says), width, '')), ''];
  for (const [at, line] of lines.entries()) {
    out.push(at === 0 ? dim(line) : line.replace(/[✔✖!?](?= )/g, (mark) => (tint[mark] ?? dim)(mark)));
    const row = shown[at - 1];
    if (row !== undefined) out.push(`  ${wrap(visible(row.says), width, '  ')}`);
  }
  if (left > 0) out.push(`  and ${hosts(left)} more (--json, --html)`);
  for (const { vantages, says: column } of columns)
    if (vantages.length > 1)
      out.push(dim(`${n(vantages.length)} places see the same: ${clip(vantages.join(', '), width - 30)}`));
    else if (/nothing could be seen/.test(column)) out.push(yellow(visible(column)));
  return `${out.join('\n')}\n`;
}
