import type { FleetHost } from '../../../model/fleet.ts';
import type { FleetMatrix, MatrixRow } from '../../../reason/fleet/matrix.ts';
import { endpoint, hosts, n, OUTCOME_MARK, outcomeWord, STATE_MARK, STATE_WORD, some } from '../../fleet/words.ts';
import { html, type Markup, type Piece } from '../../markup.ts';
import { names } from './names.ts';

const NAMES_SHOWN = 3;
const NAMES_MAX = 300;

function row(one: MatrixRow, asked: readonly FleetHost['asked'][]): Markup {
  const all = one.hosts.map(endpoint);
  const few = some(all, one.count, NAMES_SHOWN);
  return html`
<tr class="${one.outcome}"><th scope="row">${one.count > NAMES_SHOWN ? html`${hosts(one.count)} alike${names(`such as ${some(all, NAMES_SHOWN, NAMES_SHOWN)}`, all, one.count, NAMES_MAX)}` : few}</th>
<td><span class="mark" aria-hidden="true">${OUTCOME_MARK[one.outcome]}</span> ${outcomeWord(one.outcome, asked)}</td>${one.cells.map(
    (state) =>
      html`<td class="cell ${state}"><span aria-hidden="true">${STATE_MARK[state]}</span><span class="unseen">${STATE_WORD[state]}</span></td>`,
  )}<td>${one.found.map((id, at) => [at > 0 && ', ', html`<code>${id}</code>`])}</td></tr>`;
}

/** Host × gate; hosts that are alike are one row. */
export function matrix({ columns, rows, further }: FleetMatrix, asked: readonly FleetHost['asked'][]): Piece {
  const what =
    asked.length === 1 && asked[0] === 'harden'
      ? 'control'
      : asked.length === 1 && asked[0] === 'keys'
        ? 'rule'
        : 'gate';
  const caption = `Host × ${what}: hosts of which all of it is the same are one row`;
  return html`
<p class="soft">${Object.entries(STATE_MARK).map(([state, mark], at) => [at > 0 && ', ', `${mark} ${STATE_WORD[state as keyof typeof STATE_WORD]}`])}</p>
<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
<table class="matrix" data-filtered>
<caption>${caption}</caption>
<thead><tr><th scope="col">hosts</th><th scope="col">outcome</th>${columns.map((column) => html`<th scope="col" class="turned"><span>${column}</span></th>`)}<th scope="col">found</th></tr></thead>
<tbody>${rows.map((one) => row(one, asked))}
</tbody>
</table>
</div>${
    further > 0 &&
    html`
<p>${hosts(further)} more are in none of these ${n(rows.length)} rows: this is where the table ends.</p>`
  }`;
}
