import type { FleetVantages } from '../../../model/fleet.ts';
import { cellWord } from '../../fleet/vantages.ts';
import { endpoint, hosts, OUTCOME_MARK, some } from '../../fleet/words.ts';
import { html, type Piece } from '../../markup.ts';
import { table } from '../parts.ts';
import { names } from './names.ts';

const NAMES_SHOWN = 3;
const NAMES_MAX = 300;

/** From where to where: hosts that look the same from every place are a row, places that see the same of every host a column. */
export function vantages({ columns, rows, further, says }: FleetVantages): Piece {
  const body = rows.map((row): Piece[] => {
    const all = row.hosts.map(endpoint);
    return [
      row.count > NAMES_SHOWN
        ? names(`${hosts(row.count)} alike, such as ${some(all, NAMES_SHOWN, NAMES_SHOWN)}`, all, row.count, NAMES_MAX)
        : all.join(', '),
      ...row.cells.map((cell) =>
        cell === null
          ? ''
          : html`<span class="cell ${cell.outcome === 'open' ? 'ok' : cell.outcome === 'closed' ? 'broken' : cell.outcome}" aria-hidden="true">${OUTCOME_MARK[cell.outcome]}</span> ${cellWord(cell)}`,
      ),
      row.says,
    ];
  });
  return html`
<p>${says}</p>
${table('From where to where', ['hosts', ...columns.map((one) => `from ${some(one.vantages, one.vantages.length, NAMES_SHOWN)}`), 'in words'], body)}
<ul>${columns.map((one) => html`<li>${one.says}${one.vantages.length > 1 && ` ${one.vantages.length} places see the same: ${one.vantages.join(', ')}.`}</li>`)}</ul>${
    further > 0 && html`<p class="soft">${hosts(further)} more are in none of these rows.</p>`
  }`;
}
